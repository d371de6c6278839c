import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import type { CustomerMessages } from "./notifications/customer-messages.ts";
import type { Notifications } from "./notifications.ts";
import { type AlarmThresholds, alarms, MAX_METRICS } from "./observability/alarms.ts";
import { dashboardBody } from "./observability/dashboard.ts";
import { SAVED_QUERIES } from "./observability/saved-queries.ts";
import type { FunctionGroup, Watched } from "./observability/watched.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderQueue } from "./order-queue.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import type { PaymentWebhooks } from "./payment-webhooks.ts";
import type { Reconciliation } from "./reconciliation.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";
import { subscribeByEmail } from "./shared/email-subscriptions.ts";
import { topicPolicy } from "./shared/policies.ts";
import type { Sweeper } from "./sweeper.ts";

/** The arguments of {@link Observability}: the components to watch, and how. */
export interface ObservabilityArgs extends CommonArgs {
  /** APIs, for their requests, errors, latency and access logs. */
  apis: OrderApi[];
  /** The functions behind the APIs, 1 to 10. */
  apiFunctions: BundledFunction[];
  /** For the publication of events. */
  notifications: Notifications;
  /** For the queue of events that customers are notified of. */
  messages: CustomerMessages;
  /** For the queue of orders. */
  queue: OrderQueue;
  /** For its executions, its steps, and the queue of payments. */
  workflow: OrderWorkflow;
  /** For its runs, and the stuck orders that it finds. */
  sweeper: Sweeper;
  /** For the queue of Stripe's reports. Default none: Stripe reports nothing. */
  webhooks?: PaymentWebhooks;
  /** For its runs, and what it finds. Default none: payments are simulated. */
  reconciliation?: Reconciliation;
  /** When the alarms fire. */
  thresholds: AlarmThresholds;
  /** Email addresses to notify of alarms; SNS asks each to confirm. Default none. For example `["on-call@example.com"]`. */
  subscribers?: string[];
  /** The region of the metrics on the dashboard. For example `us-east-1`. */
  region: pulumi.Input<string>;
}

/** Alarms with a topic that they notify, a dashboard, and saved log queries. */
export class Observability extends pulumi.ComponentResource {
  /** The topic that the alarms notify. */
  readonly topic: sns.Topic;
  /** All functions that are watched. */
  readonly functions: BundledFunction[];
  /** The alarms that roll back a release. */
  readonly rollbackAlarms: cloudwatch.MetricAlarm[];
  private readonly dashboard: cloudwatch.Dashboard;
  private readonly region: pulumi.Input<string>;

  constructor(name: string, args: ObservabilityArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Observability", name, {}, options);
    const { subscribers = [], thresholds, region, encryptionKey, tags = {} } = args;
    const functions = groupFunctions(args);
    checkArguments(`Observability "${name}"`, args, functions);
    this.region = region;
    this.functions = Object.values(functions).flat();
    const child = { parent: this };
    const stackName = `${pulumi.getProject()}-${pulumi.getStack()}`;
    const watched = watchedNames(args, functions);

    this.topic = new sns.Topic(
      `${name}-alarms`,
      { ...(encryptionKey && { kmsMasterKeyId: encryptionKey.arn }), tags },
      child,
    );
    subscribeByEmail(name, this.topic, subscribers, child);

    const metricAlarms = alarms(watched, thresholds).map(({ name: alarm, rollsBack = false, ...settings }) => ({
      rollsBack,
      alarm: new cloudwatch.MetricAlarm(
        `${name}-${alarm}`,
        { ...settings, name: `${stackName}-${alarm}`, alarmActions: [this.topic.arn], tags },
        child,
      ),
    }));
    this.rollbackAlarms = metricAlarms.filter(({ rollsBack }) => rollsBack).map(({ alarm }) => alarm);
    const alarmArns = metricAlarms.map(({ alarm }) => alarm.arn);
    new sns.TopicPolicy(
      `${name}-alarms-policy`,
      { arn: this.topic.arn, policy: topicPolicy(this.topic.arn, alarmArns) },
      child,
    );

    this.dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: stackName,
        dashboardBody: pulumi.output({ watched, region, alarmArns }).apply(dashboardBody),
      },
      child,
    );

    const logGroups = {
      functions: this.functions.map(({ logGroup }) => logGroup.name),
      access: args.apis.map(({ accessLogs }) => accessLogs.name),
    };
    for (const { name: query, logs, queryString } of SAVED_QUERIES) {
      new cloudwatch.QueryDefinition(
        `${name}-${query}`,
        // The console shows the part before the slash as a folder.
        { name: `${stackName}/${query}`, logGroupNames: logGroups[logs], queryString },
        child,
      );
    }

    this.registerOutputs({ dashboardUrl: this.dashboardUrl });
  }

  /** The dashboard's URL in the AWS console. */
  get dashboardUrl(): pulumi.Output<string> {
    const { region, dashboard } = this;
    return pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
  }
}

function groupFunctions(args: ObservabilityArgs): Record<FunctionGroup, BundledFunction[]> {
  const { apiFunctions, notifications, messages, queue, sweeper, workflow, webhooks, reconciliation } = args;
  return {
    api: apiFunctions,
    workflow: [...workflow.steps, workflow.processPayments],
    event: [
      ...[notifications.publishEvents, messages.notifyCustomer, queue.startFulfilment, sweeper.function],
      ...(webhooks ? [webhooks.receive, webhooks.process] : []),
      ...(reconciliation ? [reconciliation.function] : []),
    ],
  };
}

function watchedNames(
  { apis, notifications, messages, queue, workflow, webhooks, reconciliation }: ObservabilityArgs,
  functions: Record<FunctionGroup, BundledFunction[]>,
): Watched {
  const names = (members: BundledFunction[]) => members.map(({ name }) => name);
  return {
    stage: pulumi.getStack(),
    apis: apis.map(({ restApi, stage }) => ({ name: restApi.name, stage: stage.stageName })),
    functions: { api: names(functions.api), workflow: names(functions.workflow), event: names(functions.event) },
    streamReader: notifications.publishEvents.name,
    queues: {
      orders: queue.events.queue.name,
      payments: workflow.payments.queue.name,
      customers: messages.queue.queue.name,
      ...(webhooks && { webhooks: webhooks.reports.queue.name }),
    },
    failures: {
      orders: queue.events.deadLetterQueue.name,
      payments: workflow.payments.deadLetterQueue.name,
      customers: messages.queue.deadLetterQueue.name,
      ...(webhooks && { webhooks: webhooks.reports.deadLetterQueue.name }),
      events: notifications.failureQueue.name,
    },
    stateMachineArn: workflow.arn,
    isReconciled: reconciliation !== undefined,
  };
}

function checkArguments(
  self: string,
  { thresholds, subscribers = [] }: ObservabilityArgs,
  functions: Record<FunctionGroup, BundledFunction[]>,
): void {
  for (const [threshold, value] of Object.entries(thresholds)) {
    checkArgument(`${self}: thresholds.${threshold}`, value, (number) => number >= 0, "0 or more");
  }
  // CloudWatch lets an alarm look back a day at most.
  checkArgument(
    `${self}: thresholds.sweeperSilentMinutes`,
    thresholds.sweeperSilentMinutes,
    isWholeNumber(1, 1_440),
    "a whole number of minutes, up to a day",
  );
  const isAddress = (text: string) => /^[^@\s]+@[^@\s]+$/.test(text);
  checkArgument(`${self}: subscribers`, subscribers, (all) => all.every(isAddress), "a list of email addresses");
  for (const [group, { length }] of Object.entries(functions)) {
    checkArgument(
      `${self}: number of ${group} functions`,
      length,
      isWholeNumber(1, MAX_METRICS),
      `1 to ${MAX_METRICS}`,
    );
  }
}
