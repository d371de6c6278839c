import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/index.js";
import { MAX_DELAY_SECONDS } from "../../handlers/lib/redelivery.ts";
import {
  apiMetric,
  type FunctionGroup,
  functionMetric,
  type Metric,
  ownMetric,
  queueMetric,
  type Watched,
  waitingMessages,
  workflowMetric,
} from "./watched.ts";

/** The values above which alarms fire, 0 or more. */
export interface AlarmThresholds {
  /** Messages in one dead-letter queue. Each is an order, an email or an event that needs attention. For example 0. */
  deadLetters: number;
  /** Orders that fail as UNAVAILABLE within 5 minutes: infrastructure kept them from being processed. For example 0. */
  failedOrders: number;
  /** Percentage of an API's requests that return a server error. For example 1. */
  serverErrorPercent: number;
  /** 99th percentile of an API's latency, in milliseconds. For example 3,000: beyond it, customers leave. */
  latencyMs: number;
  /** Errors of one function within 5 minutes. For example 30: a step that keeps failing for one order makes 13. */
  functionErrors: number;
  /** Throttled invocations of one function within 5 minutes: each is an error or a delay for a customer. For example 0. */
  functionThrottles: number;
  /** Workflows that give up within 5 minutes; the sweeper goes on with their orders. For example 0. */
  failedWorkflows: number;
  /** Seconds that an event waits to be published; the order's workflow starts only after that. For example 60. */
  eventAgeSeconds: number;
  /** Orders that the sweeper finds stuck within 5 minutes. Each points to a fault, even though it is restarted. For example 0. */
  stuckOrders: number;
  /** Orders that are parked for a person. For example 0. */
  parkedOrders: number;
  /** Minutes without a run of the sweeper, 1 to 1,440. For example 5, as it runs every minute. */
  sweeperSilentMinutes: number;
}

/** An alarm without its actions. */
export interface Alarm extends Omit<MetricAlarmArgs, "alarmActions" | "name"> {
  /** Name without project and stage. The runbook, docs/operations.md, has an entry for each. */
  name: string;
  /** What is wrong, and what to do. */
  alarmDescription: string;
  /** Whether it rolls back a release. */
  rollsBack?: true;
}

const PERIOD_SECONDS = 300;

/** Longer than a message that keeps failing takes to come back, so that the alarm stays until its cause is gone. */
const LATE_PERIOD_SECONDS = 2 * MAX_DELAY_SECONDS;

/** What the daily reconciliation finds stays until the next one. */
const RECONCILED_PERIOD_SECONDS = 86_400;

/**
 * Messages that fail unexpectedly in ten minutes, at most, because of a single order that no version could handle: its start and
 * its cancellation, a charge and a refund, and an email. Of a release's canary, which gets a tenth of the messages and lasts half an
 * hour, one more fails within ten minutes at six orders a minute.
 */
const MESSAGES_OF_ONE_ORDER = 5;
const FAILED_MESSAGES_PERIOD_SECONDS = 600;

/** Messages in the payment queue because of a single order: a charge, and the refund of its cancellation. */
const PAYMENTS_OF_ONE_ORDER = 2;

/** Metrics per alarm. Source: CloudWatch's user guide, "Limits" of alarms. */
export const MAX_METRICS = 10;

const GROUP_NAMES: Record<FunctionGroup, string> = {
  api: "function behind the APIs",
  workflow: "step of the workflow",
  event: "function that processes events",
};

/** All alarms of the system. */
export function alarms(watched: Watched, thresholds: AlarmThresholds): Alarm[] {
  const { stage, apis, failures, streamReader, stateMachineArn } = watched;
  const groups = Object.entries(watched.functions) as [FunctionGroup, Watched["functions"][FunctionGroup]][];
  const ofApis = (metricName: string) => apis.map((api) => apiMetric(metricName, api));
  const ofFunctions = (metricName: string, names: Watched["functions"][FunctionGroup]) =>
    names.map((name) => functionMetric(metricName, name));
  const unfinished = ["ExecutionsFailed", "ExecutionsTimedOut"].map((name) => workflowMetric(name, stateMachineArn));
  return [
    {
      name: "order-dead-letters",
      alarmDescription:
        `The workflow of an order could not be started. Run "./orders dlq show order --stack ${stage}", fix the cause, ` +
        `then "./orders dlq redrive order --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.orders)),
    },
    {
      name: "payment-dead-letters",
      alarmDescription:
        "A payment could not be processed: its order waits. Run " +
        `"./orders dlq show payment --stack ${stage}", fix the cause, then "./orders dlq redrive payment --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.payments)),
    },
    ...(failures.webhooks === undefined
      ? []
      : [
          {
            name: "webhook-dead-letters",
            alarmDescription:
              "What Stripe reported could not be handled, such as a payment that no order has. Run " +
              `"./orders dlq show webhook --stack ${stage}", fix the cause, then "./orders dlq redrive webhook --stack ${stage}".`,
            ...above(thresholds.deadLetters, visible(failures.webhooks)),
          },
        ]),
    {
      name: "late-payments",
      alarmDescription:
        "Payments could not be charged or refunded for most of an hour. They are tried again, at least every hour, and no order " +
        "is lost. The log of process-payments says what the payment provider answers.",
      ...above(0, { ...sum(ownMetric("PaymentsLate", stage)), period: LATE_PERIOD_SECONDS }),
    },
    {
      name: "stalled-payments",
      alarmDescription:
        "For a quarter of an hour, payments have waited and none was made. Read the log of process-payments: either the payment " +
        "provider is out of service, or the function is. No order is lost meanwhile.",
      ...above(PAYMENTS_OF_ONE_ORDER, stalled(watched.queues.payments)),
      evaluationPeriods: 3,
    },
    ...(watched.isReconciled
      ? [
          {
            name: "unreconciled-payments",
            alarmDescription:
              "Payments at Stripe and orders say something different, or nothing was compared for a day. Run " +
              `"./orders payments check --stack ${stage}", which says what to do for each.`,
            ...above(0, ownMetric("PaymentsUnreconciled", stage)),
            statistic: "Maximum",
            period: RECONCILED_PERIOD_SECONDS,
            // Otherwise nobody would notice that nothing is compared any more.
            treatMissingData: "breaching",
            // A new stack has compared nothing yet.
            warmUpConfiguration: { warmUpPeriodDurationInMinutes: RECONCILED_PERIOD_SECONDS / 60 },
          },
        ]
      : []),
    {
      name: "customer-dead-letters",
      alarmDescription:
        `A customer could not be notified. Run "./orders dlq show customer --stack ${stage}", fix the cause, ` +
        `then "./orders dlq redrive customer --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.customers)),
    },
    {
      name: "unknown-notifications",
      alarmDescription:
        "Nobody knows whether an email or text message was sent: SES or SNS did not respond, or notify-customer ended too " +
        "early. Emails are sent once more, text messages are not. Find the orders in the log of notify-customer; " +
        `"./orders messages resend ID --stack ${stage}" sends again what a customer did not get.`,
      ...above(0, sum(ownMetric("NotificationsUnknown", stage))),
    },
    {
      name: "late-notifications",
      alarmDescription:
        "Emails or text messages could not be sent for most of an hour. They are tried again for two weeks. The log of " +
        "notify-customer says what SES or SNS answers.",
      ...above(0, { ...sum(ownMetric("NotificationsLate", stage)), period: LATE_PERIOD_SECONDS }),
    },
    {
      name: "unpublished-events",
      alarmDescription:
        `An event of an order could not be published. Run "./orders dlq show events --stack ${stage}", fix the cause, ` +
        `then "./orders dlq redrive events --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.events)),
    },
    {
      name: "processing-errors",
      alarmDescription:
        "Orders failed as UNAVAILABLE: they could not be processed before their deadline. Read the steps' logs (level ERROR) " +
        "for what is out of service.",
      ...above(thresholds.failedOrders, sum(ownMetric("OrdersUnavailable", stage))),
    },
    {
      name: "server-errors",
      alarmDescription:
        "An API returns server errors. Find them in the access logs (status 5xx), then their cause in the " +
        "function's log by the trace id. Roll back if they started with a deployment.",
      // The metric is 0 or 1 for each request, so its average is the error rate.
      ...above(thresholds.serverErrorPercent, combined(`100 * ${HIGHEST}`, "Average", ofApis("5XXError"))),
      ...TWO_OF_THREE_PERIODS,
      rollsBack: true,
    },
    {
      name: "slow-answers",
      alarmDescription:
        "The slowest 1 % of an API's requests take too long. Run the saved query slowest-requests; look for " +
        "throttling of table and functions, and for cold starts.",
      ...above(thresholds.latencyMs, combined(HIGHEST, "p99", ofApis("Latency"))),
      ...TWO_OF_THREE_PERIODS,
    },
    ...groups.flatMap(([group, names]) => [
      {
        name: `${group}-function-errors`,
        alarmDescription:
          `A ${GROUP_NAMES[group]} returns errors, crashes or times out. Find it in the dashboard's errors by function, ` +
          "and the cause in its log (level ERROR). Roll back if it started with a deployment.",
        ...above(thresholds.functionErrors, combined(HIGHEST, "Sum", ofFunctions("Errors", names))),
        rollsBack: true as const,
      },
      {
        name: `${group}-function-throttles`,
        alarmDescription:
          `Lambda throttles a ${GROUP_NAMES[group]}. Compare the account's concurrent executions with its limit: ` +
          "raise the limit, or reduce the load.",
        ...above(thresholds.functionThrottles, combined(HIGHEST, "Sum", ofFunctions("Throttles", names))),
      },
    ]),
    {
      name: "failed-messages",
      alarmDescription:
        "Messages fail by a fault of our own, such as a programming error or a missing permission: no outage explains it. Find it " +
        "in the logs of process-payments, notify-customer and start-fulfilment (level ERROR). Roll back if it started with a deployment.",
      ...above(MESSAGES_OF_ONE_ORDER, {
        ...sum(ownMetric("MessagesFailed", stage)),
        period: FAILED_MESSAGES_PERIOD_SECONDS,
      }),
      rollsBack: true,
    },
    {
      name: "failed-workflows",
      alarmDescription:
        `A workflow ended without finishing its order. "./orders stuck --stack ${stage}" finds the order, "./orders ` +
        `workflow history ID --stack ${stage}" the error. The sweeper restarts the workflow; check that the order completes.`,
      ...above(thresholds.failedWorkflows, combined("SUM(FILL(METRICS(), 0))", "Sum", unfinished)),
    },
    {
      name: "late-events",
      alarmDescription:
        "Events are waiting to be published, so new orders are not fulfilled. Read the log of publish-events: either the " +
        "topic refuses events, or a record can't be processed.",
      ...above(thresholds.eventAgeSeconds * 1_000, {
        ...functionMetric("IteratorAge", streamReader),
        statistic: "Maximum",
        period: 60,
      }),
    },
    {
      name: "stuck-orders",
      alarmDescription:
        `Orders made no progress, and the sweeper restarted their workflows. Take an id from "./orders stuck --stack ${stage}" ` +
        `or the sweeper's log, and run "./orders logs ID --stack ${stage}" to see where it stopped.`,
      ...above(thresholds.stuckOrders, sum(ownMetric("OrdersStuck", stage))),
    },
    {
      name: "parked-orders",
      alarmDescription:
        `Orders need a person: a refund was refused for good, nobody knows whether a charge was made, or goods are missing. Run ` +
        `"./orders attention --stack ${stage}", settle each as it says there, then "./orders resume ID --stack ${stage}".`,
      ...above(thresholds.parkedOrders, {
        ...ownMetric("OrdersParked", stage),
        statistic: "Maximum",
        period: PERIOD_SECONDS,
      }),
    },
    {
      name: "sweeper-silent",
      alarmDescription:
        "The sweeper does not run, so stuck orders stay stuck. Check that its schedule is enabled, then read the " +
        "log of sweep-orders.",
      ...sum(ownMetric("SweeperRuns", stage)),
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period: thresholds.sweeperSilentMinutes * 60,
      evaluationPeriods: 1,
      treatMissingData: "breaching",
      // A new stack has no runs yet.
      warmUpConfiguration: { warmUpPeriodDurationInMinutes: thresholds.sweeperSilentMinutes },
    },
  ];
}

type Condition = Omit<Alarm, "name" | "alarmDescription" | "rollsBack">;

/** With little traffic, one slow or failed request makes a bad period: don't wake anybody for a single one. */
const TWO_OF_THREE_PERIODS = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** Fires when the value is above the threshold in one period. Missing data means that nothing happened. */
function above(threshold: number, value: Condition): Condition {
  return {
    ...value,
    comparisonOperator: "GreaterThanThreshold",
    threshold,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
  };
}

function sum(metric: Metric): Condition {
  return { ...metric, statistic: "Sum", period: PERIOD_SECONDS };
}

function visible(queue: Watched["queues"]["orders"]): Condition {
  return { ...waitingMessages(queue), statistic: "Maximum", period: 60 };
}

/** How many messages have waited in a queue, out of sight after a failure or not, while none was done; otherwise 0. */
function stalled(queue: Watched["queues"]["orders"]): Condition {
  const query = (id: string, metricName: string, stat: string) => ({
    id,
    metric: { ...queueMetric(metricName, queue), period: PERIOD_SECONDS, stat },
  });
  return {
    metricQueries: [
      // Not the age of the oldest message: it leaves out those that were received three times or more. Source: SQS's developer
      // guide, "Available CloudWatch metrics".
      query("visible", "ApproximateNumberOfMessagesVisible", "Minimum"),
      query("hidden", "ApproximateNumberOfMessagesNotVisible", "Minimum"),
      query("done", "NumberOfMessagesDeleted", "Sum"),
      { id: "value", expression: "IF(FILL(done, 0) == 0, FILL(visible, 0) + FILL(hidden, 0), 0)", returnData: true },
    ],
  };
}

/** The highest among several metrics, so that one alarm watches each of them. `FILL` counts missing data as 0. */
const HIGHEST = "MAX(FILL(METRICS(), 0))";

/** One value out of several metrics, by an expression of metric math. */
function combined(expression: string, stat: string, metrics: Metric[]): Condition {
  return {
    metricQueries: [
      ...metrics.map((metric, index) => ({ id: `m${index + 1}`, metric: { ...metric, period: PERIOD_SECONDS, stat } })),
      { id: "value", expression, returnData: true },
    ],
  };
}
