import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import type { OrderStore, TableAction } from "./order-store.ts";
import { Secret } from "./secret.ts";
import { checkArgument, checkRetentionDays } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { policyDocument, trustPolicy } from "./shared/policies.ts";

/** The arguments of an {@link OrderWorkflow}. */
export interface OrderWorkflowArgs extends FunctionArgs {
  store: OrderStore;
  /** Who takes the money: a simulation whose answers the order chooses, or Stripe. Default simulated. */
  paymentGateway?: "simulated" | "stripe";
  /** Stripe's secret key; needed for `stripe`, and for the refunds of what Stripe took before it was `simulated`. */
  stripeSecretKey?: pulumi.Input<string>;
}

const DEFINITION = readFileSync(join(import.meta.dirname, "order-workflow.asl.json"), "utf8");

/** A step of the workflow: its function, and what it does with the table. */
interface Step {
  handler: string;
  /** Time-out in seconds, the same as the state's. */
  timeout: number;
  actions: TableAction[];
  /** Whether it talks to the payment gateway. */
  pays?: true;
}

/** Reads an order, and changes it together with its event. */
const CHANGE_ORDER: TableAction[] = ["GetItem", "PutItem", "UpdateItem"];
/** Reads an order with what was done for it, and records on its payment what the gateway is asked for. */
const PAY: TableAction[] = ["Query", "UpdateItem", "ConditionCheckItem"];

/** The steps by their states in order-workflow.asl.json. */
const STEPS: Record<string, Step> = {
  BeginOrder: { handler: "begin-order", timeout: 5, actions: CHANGE_ORDER },
  ReserveStock: {
    handler: "reserve-stock",
    timeout: 5,
    actions: ["Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
  },
  ChargePayment: { handler: "charge-payment", timeout: 10, actions: PAY, pays: true },
  CompleteOrder: { handler: "complete-order", timeout: 5, actions: [...CHANGE_ORDER, "ConditionCheckItem"] },
  RefundPayment: { handler: "refund-payment", timeout: 10, actions: PAY, pays: true },
  ReleaseStock: { handler: "release-stock", timeout: 5, actions: ["Query", "PutItem", "UpdateItem"] },
  EndOrder: { handler: "end-order", timeout: 5, actions: ["Query", ...CHANGE_ORDER] },
};

/** The state machine that fulfils an order, or undoes what it did. Its definition is order-workflow.asl.json. */
export class OrderWorkflow extends pulumi.ComponentResource {
  readonly stateMachine: sfn.StateMachine;
  /** The functions of its states. */
  readonly steps: BundledFunction[];

  constructor(name: string, args: OrderWorkflowArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderWorkflow", name, {}, options);
    const { store, paymentGateway = "simulated", stripeSecretKey, ...common } = args;
    const { encryptionKey, logRetentionDays, tags = {} } = common;
    const self = `OrderWorkflow "${name}"`;
    const isGateway = (value: string) => ["simulated", "stripe"].includes(value);
    checkArgument(`${self}: paymentGateway`, paymentGateway, isGateway, "simulated or stripe");
    const hasKey = (key: pulumi.Input<string> | undefined) => key !== undefined || paymentGateway !== "stripe";
    checkArgument(`${self}: stripeSecretKey`, stripeSecretKey, hasKey, "given for the gateway stripe");
    checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);
    const child = { parent: this };

    const stripeKey =
      stripeSecretKey === undefined
        ? undefined
        : new Secret(`${name}-stripe-key`, { value: stripeSecretKey, ...common }, child);
    const payments = {
      PAYMENT_GATEWAY: paymentGateway,
      ...(stripeKey && { STRIPE_SECRET_ARN: stripeKey.arn, STRIPE_SECRET_VERSION: stripeKey.version }),
    };

    const steps = Object.entries(STEPS).map(([state, { handler, timeout, actions, pays }]) => {
      const step = new BundledFunction(
        `${name}-${handler}`,
        {
          entry: handlerPath(handler),
          environment: { ORDERS_TABLE: store.tableName, ...(pays && payments) },
          timeout,
          ...common,
        },
        child,
      );
      store.grant(step, ...actions);
      if (pays) stripeKey?.grantRead(step);
      return [state, step] as const;
    });
    this.steps = steps.map(([, step]) => step);
    const functionArns = Object.fromEntries(steps.map(([state, { arn }]) => [state, arn]));

    const logGroup = new cloudwatch.LogGroup(
      `${name}-logs`,
      {
        // CloudWatch Logs lets services deliver to this prefix without an entry in the account's short resource policy.
        name: `/aws/vendedlogs/orders/${pulumi.getStack()}/${name}`,
        retentionInDays: logRetentionDays,
        ...(encryptionKey && { kmsKeyId: encryptionKey.arn }),
        tags,
      },
      child,
    );
    const role = new iam.Role(`${name}-role`, { assumeRolePolicy: trustPolicy("states.amazonaws.com"), tags }, child);
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.id,
        policy: policyDocument([
          { actions: ["lambda:InvokeFunction"], resources: invocable(this.steps) },
          // Neither log delivery nor X-Ray has resource-level permissions for these.
          { actions: LOG_DELIVERY_ACTIONS, resources: ["*"] },
          { actions: TRACING_ACTIONS, resources: ["*"] },
        ]),
      },
      child,
    );

    this.stateMachine = new sfn.StateMachine(
      `${name}-machine`,
      {
        roleArn: role.arn,
        definition: pulumi.output(functionArns).apply(definitionWith),
        loggingConfiguration: {
          // Every state that an execution went through and when: unlike histories, searchable over all of them.
          level: "ALL",
          // What goes through the states stays out of the logs: the errors of failing steps may quote a customer.
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
        tags,
      },
      { ...child, dependsOn: [policy] },
    );

    this.registerOutputs({ arn: this.arn });
  }

  /** The state machine's ARN. */
  get arn(): pulumi.Output<string> {
    return this.stateMachine.arn;
  }

  /** Lets the function start executions. */
  grantStart(fn: BundledFunction): void {
    fn.allow({ actions: ["states:StartExecution"], resources: [this.arn] });
  }
}

/**
 * What the tasks call; and where that is aliases, the functions too: executions that were under way when the aliases came go
 * on by the definition that they began with.
 */
function invocable(steps: BundledFunction[]): pulumi.Output<string>[] {
  return steps.flatMap(({ alias, arn, function: fn }) => (alias ? [arn, fn.arn] : [arn]));
}

/** Source: the developer guide of Step Functions, "Logging using CloudWatch Logs". */
const LOG_DELIVERY_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** Source: the developer guide of Step Functions, "Trace Step Functions requests using AWS X-Ray". */
const TRACING_ACTIONS = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
];

/** Puts the functions' ARNs into the definition's `${State}` places. */
function definitionWith(functionArns: Record<string, string>): string {
  return DEFINITION.replaceAll(/\$\{(\w+)\}/g, (place, state) => functionArns[state] ?? place);
}
