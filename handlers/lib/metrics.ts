import { getServiceName, getXRayTraceIdFromEnv } from "@aws-lambda-powertools/commons/utils/env";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { FailureReason } from "../../domain/failure-reasons.ts";
import { METRIC_UNITS, METRICS_NAMESPACE, type MetricName } from "../../domain/metrics.ts";

const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
// By default, it is the function's name: a metric would then start over when its code moves to another function.
metrics.clearDefaultDimensions();

/** Further fields of a metric's log line, to find it by. */
interface About {
  orderId?: string;
  correlationId?: string | undefined;
  /** Also counts the metric by this reason. */
  reason?: FailureReason;
}

/**
 * Writes a log line that CloudWatch extracts metrics from (Embedded Metric Format), and another one if there is a reason.
 * Call it only once the counted change is certain: a metric can't be taken back.
 *
 * @example
 * measure({ OrdersCreated: 1, OrderValue: 109.97 }, { orderId, correlationId });
 */
export function measure(values: Partial<Record<MetricName, number>>, { reason, ...about }: About): void {
  // Set for every deployed function. Elsewhere, its absence must not fail work that is already done.
  const stage = { Stage: process.env.STAGE ?? "none" };
  write(values, about, [{}, stage]);
  if (reason) write(values, about, [{ ...stage, Reason: reason }]);
}

function write(values: Partial<Record<MetricName, number>>, about: object, dimensions: Record<string, string>[]): void {
  for (const [name, value] of Object.entries(values) as [MetricName, number][]) {
    metrics.addMetric(name, METRIC_UNITS[name], value);
  }
  const ids = { service: getServiceName(), ...about, xray_trace_id: getXRayTraceIdFromEnv() };
  for (const [key, value] of Object.entries(ids)) if (value) metrics.addMetadata(key, value);
  for (const set of dimensions) metrics.addDimensions(set);
  metrics.publishStoredMetrics();
}
