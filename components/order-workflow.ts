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
import { checkArgument, checkDeadline, checkRetentionDays } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { policyDocument, trustPolicy } from "./shared/policies.ts";

/** The arguments of an {@link OrderWorkflow}. */
export interface OrderWorkflowArgs extends FunctionArgs {
  /** Holds the orders. */
  store: OrderStore;
  /** The payment provider; `simulated` lets the order choose the result. Default `simulated`. */
  paymentGateway?: "simulated" | "stripe";
  /**
   * Stripe's secret key, e.g. `sk_live_…`. Required for the gateway `stripe`, and for refunds of Stripe's payments after a
   * switch to `simulated`.
   */
  stripeSecretKey?: pulumi.Input<string>;
  /** Hours after which an order that isn't charged ends UNAVAILABLE, 1 to 720. Default 24. */
  orderDeadlineHours?: number;
  /** Maximum concurrent executions of each step that pays, also reserved for it; 0 for neither. Default 0. */
  reservedConcurrency?: number;
}

const DEFINITION = readFileSync(join(import.meta.dirname, "order-workflow.asl.json"), "utf8");

/** A task of the workflow. */
interface Step {
  /** Name of the file in handlers/. */
  handler: string;
  /** Time-out in seconds, the same as the state's. */
  timeout: number;
  /** What the function may do with the table. */
  actions: TableAction[];
  /** Whether it calls the payment gateway. */
  pays?: true;
  /** Whether it needs to know the order's deadline. */
  hasDeadline?: true;
}

/** Reads an order, and writes it in a transaction with its event. */
const CHANGE_ORDER: TableAction[] = ["GetItem", "PutItem", "UpdateItem"];
/** Reads an order with its effects, and records the payment before calling the gateway. */
const PAY: TableAction[] = ["Query", "UpdateItem", "ConditionCheckItem"];

/** The steps, by the names of their states in order-workflow.asl.json. */
const STEPS: Record<string, Step> = {
  BeginOrder: { handler: "begin-order", timeout: 5, actions: CHANGE_ORDER, hasDeadline: true },
  ReserveStock: {
    handler: "reserve-stock",
    timeout: 5,
    actions: ["Query", "BatchGetItem", "PutItem", "UpdateItem"],
  },
  ChargePayment: { handler: "charge-payment", timeout: 10, actions: PAY, pays: true },
  CompleteOrder: { handler: "complete-order", timeout: 5, actions: [...CHANGE_ORDER, "ConditionCheckItem"] },
  RefundPayment: { handler: "refund-payment", timeout: 10, actions: PAY, pays: true, hasDeadline: true },
  ReleaseStock: { handler: "release-stock", timeout: 5, actions: ["Query", "BatchGetItem", "PutItem", "UpdateItem"] },
  EndOrder: { handler: "end-order", timeout: 5, actions: ["Query", ...CHANGE_ORDER] },
};

/** The state machine that fulfils an order, or compensates what it did. order-workflow.asl.json defines it. */
export class OrderWorkflow extends pulumi.ComponentResource {
  readonly stateMachine: sfn.StateMachine;
  /** The functions of the tasks. */
  readonly steps: BundledFunction[];

  constructor(name: string, args: OrderWorkflowArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderWorkflow", name, {}, options);
    const { store, paymentGateway = "simulated", stripeSecretKey, ...rest } = args;
    const { orderDeadlineHours = 24, reservedConcurrency = 0, ...common } = rest;
    const { encryptionKey, logRetentionDays, tags = {} } = common;
    checkArguments(`OrderWorkflow "${name}"`, { ...args, paymentGateway, orderDeadlineHours });
    const child = { parent: this };

    const stripeKey =
      stripeSecretKey === undefined
        ? undefined
        : new Secret(`${name}-stripe-key`, { value: stripeSecretKey, ...common }, child);
    const paymentEnvironment = {
      PAYMENT_GATEWAY: paymentGateway,
      ...(stripeKey && { STRIPE_SECRET_ARN: stripeKey.arn, STRIPE_SECRET_VERSION: stripeKey.version }),
    };

    const steps = Object.entries(STEPS).map(([state, { handler, timeout, actions, pays, hasDeadline }]) => {
      const step = new BundledFunction(
        `${name}-${handler}`,
        {
          entry: handlerPath(handler),
          environment: {
            ORDERS_TABLE: store.tableName,
            ...(pays && paymentEnvironment),
            ...(hasDeadline && { ORDER_DEADLINE_HOURS: String(orderDeadlineHours) }),
          },
          timeout,
          // Payments wait for these two. The others share what is left.
          ...(pays && { reservedConcurrency }),
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
        // With this prefix, log delivery needs no entry in the account's resource policy, whose size is limited.
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
          { actions: ["lambda:InvokeFunction"], resources: this.steps.flatMap(invocableArns) },
          // Neither log delivery nor X-Ray has resource-level permissions.
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
          // Every state transition with its time: unlike execution histories, logs can be searched across executions.
          level: "ALL",
          // Errors of failing steps may quote personal data.
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

function checkArguments(
  self: string,
  {
    paymentGateway,
    stripeSecretKey,
    logRetentionDays,
    orderDeadlineHours,
  }: OrderWorkflowArgs & { paymentGateway: string; orderDeadlineHours: number },
): void {
  const isGateway = (value: string) => ["simulated", "stripe"].includes(value);
  checkArgument(`${self}: paymentGateway`, paymentGateway, isGateway, "simulated or stripe");
  const isGivenIfNeeded = (key: string | undefined) => key !== undefined || paymentGateway !== "stripe";
  checkArgument(`${self}: stripeSecretKey`, stripeSecretKey, isGivenIfNeeded, "given for the gateway stripe");
  checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);
  checkDeadline(`${self}: orderDeadlineHours`, orderDeadlineHours);
}

/**
 * The ARNs that a task may call: with an alias also the function's own, as executions that started before the aliases were
 * created still use the old definition.
 */
function invocableArns({ alias, arn, function: fn }: BundledFunction): pulumi.Output<string>[] {
  return alias ? [arn, fn.arn] : [arn];
}

/** Replaces each `${State}` of the definition by the ARN of the state's function. */
function definitionWith(functionArns: Record<string, string>): string {
  return DEFINITION.replaceAll(/\$\{(\w+)\}/g, (placeholder, state) => functionArns[state] ?? placeholder);
}
