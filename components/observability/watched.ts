import type * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE, type MetricName } from "../../domain/metrics.ts";

/** What alarms and the dashboard watch, by the values of CloudWatch's dimensions. */
export interface Watched {
  /** The stage, a dimension of the system's own metrics. */
  stage: string;
  apis: { name: pulumi.Input<string>; stage: pulumi.Input<string> }[];
  /** Names of the functions. */
  functions: Record<FunctionGroup, pulumi.Input<string>[]>;
  /** Name of the function that reads the table's stream. */
  streamReader: pulumi.Input<string>;
  /** Names of the queues with a consumer. */
  queues: {
    orders: pulumi.Input<string>;
    payments: pulumi.Input<string>;
    customers: pulumi.Input<string>;
    webhooks?: pulumi.Input<string>;
  };
  /** Names of the queues of failed messages. */
  failures: Watched["queues"] & { events: pulumi.Input<string> };
  stateMachineArn: pulumi.Input<string>;
  /** Whether payments are compared with the provider's. */
  isReconciled: boolean;
}

/** Functions behind the APIs, steps of the workflow, and consumers of events and schedules. */
export type FunctionGroup = "api" | "workflow" | "event";

/** What identifies a metric in CloudWatch. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
}

/** A metric that the functions publish. */
export function ownMetric(metricName: MetricName, stage: string): Metric {
  return { namespace: METRICS_NAMESPACE, metricName, dimensions: { Stage: stage } };
}

/** A metric of a function. */
export function functionMetric(metricName: string, name: pulumi.Input<string>): Metric {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: name } };
}

/** A metric of a queue. */
export function queueMetric(metricName: string, name: pulumi.Input<string>): Metric {
  return { namespace: "AWS/SQS", metricName, dimensions: { QueueName: name } };
}

/** The number of messages that wait in a queue. */
export function waitingMessages(name: pulumi.Input<string>): Metric {
  return queueMetric("ApproximateNumberOfMessagesVisible", name);
}

/** A metric of an API's stage. */
export function apiMetric(metricName: string, { name, stage }: Watched["apis"][number]): Metric {
  return { namespace: "AWS/ApiGateway", metricName, dimensions: { ApiName: name, Stage: stage } };
}

/** A metric of a state machine. */
export function workflowMetric(metricName: string, arn: pulumi.Input<string>): Metric {
  return { namespace: "AWS/States", metricName, dimensions: { StateMachineArn: arn } };
}
