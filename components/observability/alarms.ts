import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/index.js";
import {
  apiMetric,
  type FunctionGroup,
  functionMetric,
  type Metric,
  ownMetric,
  queueMetric,
  type Watched,
  workflowMetric,
} from "./watched.ts";

/** The values beyond which alarms fire. */
export interface AlarmThresholds {
  /** Messages in one of the queues for what failed. Each is an order, a mail or an event that waits for a person. */
  deadLetters: number;
  /** Orders that fail within 5 minutes, for whatever reason: a few declined cards are daily business. */
  failedOrders: number;
  /** Per cent of an API's requests that it answers with a server error. */
  serverErrorPercent: number;
  /** Milliseconds that the slowest hundredth of an API's answers take: beyond it, customers leave. */
  latencyMs: number;
  /** Errors of one function within 5 minutes. Steps end with an error for declined payments too, so not 0. */
  functionErrors: number;
  /** Calls of one function that Lambda refuses within 5 minutes: each is a customer who got an error, or a delay. */
  functionThrottles: number;
  /** Workflows that end without an end for their order within 5 minutes. Failed orders are none of them. */
  failedWorkflows: number;
  /** Seconds that an event waits for its publication, which is when fulfilment begins. */
  eventAgeSeconds: number;
  /** Orders that the sweeper finds stuck within 5 minutes: each is a fault, though it gets going again. */
  stuckOrders: number;
  /** Minutes without a run of the sweeper, which runs every minute. */
  sweeperSilentMinutes: number;
}

/** An alarm but for its action. */
export interface Alarm extends Omit<MetricAlarmArgs, "alarmActions" | "name"> {
  /** Within the stage. The runbook, docs/operations.md, has an entry for it. */
  name: string;
  /** What is wrong, and what to do. */
  alarmDescription: string;
  /** Whether a release is rolled back when it fires. */
  rollsBack?: true;
}

const FIVE_MINUTES = 300;

/** CloudWatch takes no more metrics into one alarm. Source: its user guide, "Limits" of alarms. */
export const MAX_METRICS = 10;

const GROUPS: Record<FunctionGroup, string> = {
  api: "function behind the APIs",
  workflow: "step of the workflow",
  event: "function that processes events",
};

/** Every alarm of the system. */
export function alarms(watched: Watched, thresholds: AlarmThresholds): Alarm[] {
  const { stage, apis, failures, streamReader, stateMachineArn } = watched;
  const groups = Object.entries(watched.functions) as [FunctionGroup, Watched["functions"][FunctionGroup]][];
  return [
    {
      name: "order-dead-letters",
      alarmDescription:
        `The workflow of an order could not be started. Run "npx orders dlq show order --stack ${stage}", fix the cause, ` +
        `then "npx orders dlq redrive order --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.orders)),
    },
    {
      name: "customer-dead-letters",
      alarmDescription:
        `A customer could not be notified. Run "npx orders dlq show customer --stack ${stage}", fix the cause, ` +
        `then "npx orders dlq redrive customer --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.customers)),
    },
    {
      name: "unpublished-events",
      alarmDescription:
        `An event of an order could not be published. Run "npx orders dlq show events --stack ${stage}", fix the cause, ` +
        `then "npx orders dlq redrive events --stack ${stage}".`,
      ...above(thresholds.deadLetters, visible(failures.events)),
    },
    {
      name: "processing-errors",
      alarmDescription:
        "Many orders fail. Check the dashboard's failures by reason: payments point to the gateway, stock to the " +
        "catalogue, INTERNAL to the steps' logs.",
      ...above(thresholds.failedOrders, sum(ownMetric("OrdersFailed", stage))),
    },
    {
      name: "server-errors",
      alarmDescription:
        "An API returns server errors. Find them in the access logs (status 5xx), then their cause in the " +
        "function's log by the trace id. Roll back if they came with a deployment.",
      ...above(thresholds.serverErrorPercent, {
        // The average of 0s and 1s is the share of requests.
        metricQueries: maths(
          "100 * MAX(FILL(METRICS(), 0))",
          "Average",
          apis.map((api) => apiMetric("5XXError", api)),
        ),
      }),
      ...TWICE,
      rollsBack: true,
    },
    {
      name: "slow-answers",
      alarmDescription:
        "The slowest 1 % of an API's requests take too long. Run the saved query slowest-requests; look for " +
        "throttling of table and functions, and for cold starts.",
      ...above(thresholds.latencyMs, {
        metricQueries: maths(
          "MAX(FILL(METRICS(), 0))",
          "p99",
          apis.map((api) => apiMetric("Latency", api)),
        ),
      }),
      ...TWICE,
    },
    ...groups.flatMap(([group, names]) => [
      {
        name: `${group}-function-errors`,
        alarmDescription:
          `A ${GROUPS[group]} returns errors, crashes or times out. Find it in the dashboard's errors by function, ` +
          "and the cause in its log (level ERROR). Roll back if it came with a deployment.",
        ...above(thresholds.functionErrors, worst("Errors", names)),
        rollsBack: true as const,
      },
      {
        name: `${group}-function-throttles`,
        alarmDescription:
          `Lambda throttles a ${GROUPS[group]}. Compare the account's concurrent executions with its limit: ` +
          "raise the limit, or reduce the load.",
        ...above(thresholds.functionThrottles, worst("Throttles", names)),
      },
    ]),
    {
      name: "failed-workflows",
      alarmDescription:
        `A workflow ended without finishing its order. "npx orders stuck --stack ${stage}" finds the order, "npx orders ` +
        `workflow history ID --stack ${stage}" the error. The sweeper restarts the workflow; check that the order completes.`,
      ...above(thresholds.failedWorkflows, {
        metricQueries: maths(
          "SUM(FILL(METRICS(), 0))",
          "Sum",
          ["ExecutionsFailed", "ExecutionsTimedOut"].map((metric) => workflowMetric(metric, stateMachineArn)),
        ),
      }),
      rollsBack: true,
    },
    {
      name: "late-events",
      alarmDescription:
        "Events are waiting to be published, so new orders are not fulfilled. Read the log of publish-events: the topic " +
        "refuses events, or a record can't be processed.",
      ...above(thresholds.eventAgeSeconds * 1_000, {
        ...functionMetric("IteratorAge", streamReader),
        statistic: "Maximum",
        period: 60,
      }),
    },
    {
      name: "stuck-orders",
      alarmDescription:
        `Orders made no progress, and the sweeper restarted their workflows. Take an id from "npx orders stuck --stack ${stage}" ` +
        `or the sweeper's log, and read its story, "npx orders logs ID --stack ${stage}", to see where it stopped.`,
      ...above(thresholds.stuckOrders, sum(ownMetric("OrdersStuck", stage))),
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

/** Two of three periods: a single bad one, which one request can make where there are few, is no reason to wake anybody. */
const TWICE = { evaluationPeriods: 3, datapointsToAlarm: 2 };

/** Fires when the value is above the threshold for a period. No data means that nothing happened. */
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
  return { ...metric, statistic: "Sum", period: FIVE_MINUTES };
}

function visible(queue: Watched["queues"]["orders"]): Condition {
  return { ...queueMetric("ApproximateNumberOfMessagesVisible", queue), statistic: "Maximum", period: 60 };
}

/** The function of which there is most: one alarm that looks at each of them. */
function worst(metricName: string, names: Watched["functions"][FunctionGroup]): Condition {
  const metrics = names.map((name) => functionMetric(metricName, name));
  return { metricQueries: maths("MAX(FILL(METRICS(), 0))", "Sum", metrics) };
}

/** An expression over metrics; `FILL` makes it 0 where one of them has no data. */
function maths(expression: string, stat: string, metrics: Metric[]) {
  return [
    ...metrics.map((metric, index) => ({ id: `m${index + 1}`, metric: { ...metric, period: FIVE_MINUTES, stat } })),
    { id: "value", expression, returnData: true },
  ];
}
