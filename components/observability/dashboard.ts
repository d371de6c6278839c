import type * as pulumi from "@pulumi/pulumi";
import { FAILURE_REASONS } from "../../domain/failure-reasons.ts";
import type { MetricName } from "../../domain/metrics.ts";
import {
  apiMetric,
  functionMetric,
  type Metric,
  ownMetric,
  queueMetric,
  type Watched,
  waitingMessages,
  workflowMetric,
} from "./watched.ts";

interface DashboardContent {
  watched: pulumi.Unwrap<Watched>;
  region: string;
  alarmArns: string[];
}

const COLUMNS = 24;
const PER_ROW = 3;
const HEIGHT = 6;

/**
 * The dashboard as JSON: the alarms' states, then graphs, three per row.
 *
 * Source of the structure: CloudWatch's API reference, "Dashboard body structure and syntax".
 */
export function dashboardBody({ watched, region, alarmArns }: DashboardContent): string {
  const { stage, apis, functions, queues, failures, stateMachineArn } = watched;
  const own = (metricName: MetricName) => ownMetric(metricName, stage);
  const all = Object.values(functions).flat();
  const graphs = [
    graph("Orders per minute", [
      line(own("OrdersCreated"), "placed"),
      line(own("OrdersProcessed"), "completed"),
      line(own("OrdersFailed"), "failed"),
      line(own("OrdersUnavailable"), "of these, unavailable"),
    ]),
    graph("Order value per minute", [line(own("OrderValue"), "total")]),
    graph(
      "Failures by reason",
      FAILURE_REASONS.map((reason) => line(withReason(own("OrdersFailed"), reason), reason)),
    ),

    graph("Time from placed to final status, ms", percentiles(own("OrderLatency"))),
    graph("Payments and notifications", [
      line(own("PaymentsProcessed"), "payments"),
      line(own("PaymentsLate"), "late attempts to pay"),
      line(own("PaymentsUnknown"), "payments without an order"),
      line(own("PaymentsUnreconciled"), "payments that differ from Stripe's"),
      line(own("NotificationsSent"), "notifications"),
      line(own("NotificationsUnknown"), "notifications of unknown outcome"),
      line(own("NotificationsLate"), "late attempts to notify"),
    ]),
    graph("Workflow", [
      line(workflowMetric("ExecutionsStarted", stateMachineArn), "started"),
      line(workflowMetric("ExecutionsSucceeded", stateMachineArn), "succeeded"),
      line(workflowMetric("ExecutionsFailed", stateMachineArn), "failed"),
      line(workflowMetric("ExecutionsTimedOut", stateMachineArn), "timed out"),
    ]),

    graph(
      "Messages waiting",
      Object.entries(queues).map(([name, queue]) => line(waitingMessages(queue), name, "Maximum")),
    ),
    graph(
      "Age of the oldest message, s",
      Object.entries(queues).map(([name, queue]) => line(oldest(queue), name, "Maximum")),
    ),
    graph(
      "Dead letters",
      Object.entries(failures).map(([name, queue]) => line(waitingMessages(queue), name, "Maximum")),
    ),

    graph("Errors by function", [
      ...all.map((name) => line(functionMetric("Errors", name), name)),
      line(own("MessagesFailed"), "messages that failed unexpectedly"),
    ]),
    graph(
      "Throttles by function",
      all.map((name) => line(functionMetric("Throttles", name), name)),
    ),
    graph("Age of the oldest event, ms", [
      line(functionMetric("IteratorAge", watched.streamReader), "events", "Maximum"),
    ]),

    graph(
      "Requests per minute",
      apis.map((api) => line(apiMetric("Count", api), api.name)),
    ),
    graph(
      "Client and server errors",
      apis.flatMap((api) => [
        line(apiMetric("4XXError", api), `${api.name} 4xx`),
        line(apiMetric("5XXError", api), `${api.name} 5xx`),
      ]),
    ),
    graph(
      "API latency, ms",
      apis.flatMap((api) => percentiles(apiMetric("Latency", api), `${api.name} `)),
    ),

    graph("Sweeper", [
      line(own("SweeperRuns"), "runs"),
      line(own("OrdersStuck"), "stuck orders"),
      line(own("OrdersParked"), "parked orders"),
    ]),
  ];
  const alarms = {
    type: "alarm",
    ...{ x: 0, y: 0, width: COLUMNS, height: HEIGHT },
    properties: { title: "Alarms", alarms: alarmArns },
  };
  const metrics = graphs.map((properties, index) => ({
    type: "metric",
    x: (index % PER_ROW) * (COLUMNS / PER_ROW),
    y: HEIGHT * (1 + Math.floor(index / PER_ROW)),
    width: COLUMNS / PER_ROW,
    height: HEIGHT,
    properties: { ...properties, region },
  }));
  return JSON.stringify({ widgets: [alarms, ...metrics] });
}

/** A line of a graph: namespace, name, dimensions in pairs, and rendering. */
type Line = [...string[], { stat: string; label: string }];

function graph(title: string, metrics: Line[]) {
  return { title, metrics, view: "timeSeries", period: 60, yAxis: { left: { min: 0 } } };
}

function line({ namespace, metricName, dimensions }: Metric, label: string, stat = "Sum"): Line {
  return [namespace, metricName, ...(Object.entries(dimensions).flat() as string[]), { stat, label }];
}

function percentiles(metric: Metric, prefix = ""): Line[] {
  return ["p50", "p90", "p99"].map((stat) => line(metric, `${prefix}${stat}`, stat));
}

function withReason(metric: Metric, Reason: string): Metric {
  return { ...metric, dimensions: { ...metric.dimensions, Reason } };
}

function oldest(queue: string): Metric {
  return queueMetric("ApproximateAgeOfOldestMessage", queue);
}
