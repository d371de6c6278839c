import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import type * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { MAX_REQUESTS, RESPONSE_TIMEOUT_MS } from "../payments/port.ts";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { EventQueue } from "./event-queue.ts";
import type { OrderStore, TableAction } from "./order-store.ts";
import { Secret } from "./secret.ts";
import { checkArgument, checkDeadline, checkRetentionDays, isWholeNumber } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { paceOf } from "./shared/pace.ts";
import { policyDocument, trustPolicy } from "./shared/policies.ts";

/** The arguments of an {@link OrderWorkflow}. */
export interface OrderWorkflowArgs extends FunctionArgs {
  /** Holds the orders. */
  store: OrderStore;
  /** The topic with the orders' events: it brings the back office's refunds. */
  topic: sns.Topic;
  /** The payment provider; `simulated` lets the order choose the result. Default `simulated`. */
  paymentGateway?: "simulated" | "stripe";
  /**
   * Stripe's secret key, e.g. `sk_live_…`. Required for the gateway `stripe`, and for refunds of Stripe's payments after a
   * switch to `simulated`.
   */
  stripeSecretKey?: pulumi.Input<string>;
  /** Hours after which an order that isn't charged ends UNAVAILABLE, 1 to 720. Default 24. */
  orderDeadlineHours?: number;
  /**
   * Charges and refunds per second, 1 to 1,000; a backlog waits in a queue. Default 20: Stripe accepts 25 requests a second at
   * each of its endpoints. Source: "Rate limits" in Stripe's documentation.
   */
  paymentRatePerSecond?: number;
  /**
   * Minutes for which an order of the storefront waits for its customer, who has to answer their bank or choose another payment
   * method, 1 to 1,440. Default 30.
   */
  paymentDeadlineMinutes?: number;
  /** Payment methods that a customer may try for an order, 1 to 20: few, against the testing of stolen cards. Default 5. */
  paymentTries?: number;
  /** The website's address, without a slash at its end, if it is known. For example `https://shop.example.com`. */
  siteUrl?: string;
  /** Reserves the concurrency that `paymentRatePerSecond` needs for the function that pays. Default false. */
  reservesConcurrency?: boolean;
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
  /** Whether it needs to know the order's deadline. */
  hasDeadline?: true;
}

/** Reads an order, and writes it in a transaction with its event. */
const CHANGE_ORDER: TableAction[] = ["GetItem", "PutItem", "UpdateItem"];

/** The steps that are functions, by the names of their states in order-workflow.asl.json. */
const STEPS: Record<string, Step> = {
  BeginOrder: { handler: "begin-order", timeout: 5, actions: CHANGE_ORDER, hasDeadline: true },
  ReserveStock: {
    handler: "reserve-stock",
    timeout: 5,
    actions: ["Query", "BatchGetItem", "PutItem", "UpdateItem"],
  },
  CompleteOrder: { handler: "complete-order", timeout: 5, actions: [...CHANGE_ORDER, "ConditionCheckItem"] },
  ReleaseStock: { handler: "release-stock", timeout: 5, actions: ["Query", "BatchGetItem", "PutItem", "UpdateItem"] },
  EndOrder: { handler: "end-order", timeout: 5, actions: ["Query", ...CHANGE_ORDER] },
};

/** How long a call of AWS takes at most. Usually it takes milliseconds. */
const AWS_CALL_MS =
  CLIENT_OPTIONS.maxAttempts *
  (CLIENT_OPTIONS.requestHandler.connectionTimeout + CLIENT_OPTIONS.requestHandler.requestTimeout);

/** How long a payment takes at most: all of the provider's responses come at the last moment, and one call of AWS hangs. */
const PAYMENT_SECONDS = Math.ceil((MAX_REQUESTS * RESPONSE_TIMEOUT_MS + AWS_CALL_MS) / 1_000);

/**
 * Deliveries before a payment becomes a dead letter. What can never succeed does so by itself; this is for messages that kill
 * the function. While the provider is out of service, tries are up to an hour apart, so it is enough for the queue's 14 days.
 */
const MAX_RECEIVE_COUNT = 400;

/** The state machine that fulfils an order, or compensates what it did. order-workflow.asl.json defines it. */
export class OrderWorkflow extends pulumi.ComponentResource {
  readonly stateMachine: sfn.StateMachine;
  /** The functions of the tasks. */
  readonly steps: BundledFunction[];
  /** The charges and refunds that wait for their turn. */
  readonly payments: EventQueue;
  /** Charges and refunds. */
  readonly processPayments: BundledFunction;
  /** Stripe's secret key, if there is one. */
  readonly stripeKey: Secret | undefined;
  /** Names the stack in payments' metadata. */
  readonly stack = `${pulumi.getProject()}/${pulumi.getStack()}`;

  constructor(name: string, args: OrderWorkflowArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderWorkflow", name, {}, options);
    const { store, topic, paymentGateway = "simulated", stripeSecretKey, ...rest } = args;
    const { orderDeadlineHours = 24, paymentRatePerSecond = 20, reservesConcurrency = false, ...others } = rest;
    const { paymentDeadlineMinutes = 30, paymentTries = 5, siteUrl, ...common } = others;
    const { encryptionKey, logRetentionDays, tags = {} } = common;
    const self = `OrderWorkflow "${name}"`;
    checkArguments(self, { ...args, paymentGateway, orderDeadlineHours });
    const isMinutes = isWholeNumber(1, 1_440);
    checkArgument(`${self}: paymentDeadlineMinutes`, paymentDeadlineMinutes, isMinutes, "a whole number, 1 to 1,440");
    checkArgument(`${self}: paymentTries`, paymentTries, isWholeNumber(1, 20), "a whole number, 1 to 20");
    const pace = paceOf(`${self}: paymentRatePerSecond`, paymentRatePerSecond);
    const paymentTimeout = PAYMENT_SECONDS + pace.batchSeconds;
    const deadline = { ORDER_DEADLINE_HOURS: String(orderDeadlineHours) };
    const child = { parent: this };

    const stripeKey =
      stripeSecretKey === undefined
        ? undefined
        : new Secret(`${name}-stripe-key`, { value: stripeSecretKey, ...common }, child);
    this.stripeKey = stripeKey;
    this.payments = new EventQueue(
      `${name}-payments`,
      {
        topic,
        eventTypes: ["OrderRefundRequested"],
        consumerTimeout: paymentTimeout,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        ...common,
      },
      child,
    );
    this.processPayments = new BundledFunction(
      `${name}-process-payments`,
      {
        entry: handlerPath("process-payments"),
        environment: {
          ORDERS_TABLE: store.tableName,
          PAYMENT_GATEWAY: paymentGateway,
          STACK: this.stack,
          ...(stripeKey && { STRIPE_SECRET_ARN: stripeKey.arn, STRIPE_SECRET_VERSION: stripeKey.version }),
          ...deadline,
          PAYMENT_DEADLINE_MINUTES: String(paymentDeadlineMinutes),
          PAYMENT_TRIES: String(paymentTries),
          ...(siteUrl !== undefined && { SITE_URL: siteUrl }),
          ...this.payments.pacedEnvironment(pace),
        },
        timeout: paymentTimeout,
        ...(reservesConcurrency && { reservedConcurrency: pace.maximumConcurrency }),
        ...common,
      },
      child,
    );
    store.grant(this.processPayments, "Query", "GetItem", "PutItem", "UpdateItem", "ConditionCheckItem");
    stripeKey?.grantRead(this.processPayments);
    // A task is named by its token, not by an ARN: the actions have no resource-level permissions.
    this.processPayments.allow({ actions: ["states:SendTaskSuccess", "states:SendTaskFailure"], resources: ["*"] });
    this.payments.deliverAtPace(this.processPayments, pace);

    const steps = Object.entries(STEPS).map(([state, { handler, timeout, actions, hasDeadline }]) => {
      const step = new BundledFunction(
        `${name}-${handler}`,
        {
          entry: handlerPath(handler),
          environment: { ORDERS_TABLE: store.tableName, ...(hasDeadline && deadline) },
          timeout,
          ...common,
        },
        child,
      );
      store.grant(step, ...actions);
      return [state, step] as const;
    });
    this.steps = steps.map(([, step]) => step);
    const resources = {
      ...Object.fromEntries(steps.map(([state, { arn }]) => [state, arn])),
      PaymentQueue: this.payments.queue.url,
    };

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
    const send = { actions: ["sqs:SendMessage"], resources: [this.payments.queue.arn] };
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.id,
        policy: policyDocument([
          { actions: ["lambda:InvokeFunction"], resources: this.steps.flatMap(invocableArns) },
          send,
          ...(encryptionKey?.grantsFor([send]) ?? []),
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
        definition: pulumi.output(resources).apply(definitionWith),
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

  /** Lets the function end the wait for a customer. */
  grantCompleteTasks(fn: BundledFunction): void {
    // A task is named by its token, not by an ARN: the action has no resource-level permissions.
    fn.allow({ actions: ["states:SendTaskSuccess"], resources: ["*"] });
  }

  /** Lets the function list executions. */
  grantList(fn: BundledFunction): void {
    fn.allow({ actions: ["states:ListExecutions"], resources: [this.arn] });
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

/** Replaces each `${State}` of the definition by the ARN of the state's function, and `${PaymentQueue}` by the queue's URL. */
function definitionWith(resources: Record<string, string>): string {
  return DEFINITION.replaceAll(/\$\{(\w+)\}/g, (placeholder, name) => resources[name] ?? placeholder);
}
