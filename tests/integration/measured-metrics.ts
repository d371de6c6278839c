import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { METRICS_NAMESPACE } from "../../domain/metrics.ts";
import type { TestStack } from "../support/stack.ts";

/** A metric's totals in CloudWatch. */
export interface MetricTotals {
  sum: number;
  count: number;
}

/**
 * Reads the totals of a stack's own metrics over the last hour.
 *
 * @param dimensions - The exact dimensions. Without any, reads the metrics published without dimensions.
 * @returns By name, only of metrics with data.
 */
export async function metricTotals(
  names: readonly string[],
  dimensions: Record<string, string>,
  { awsClient }: TestStack,
): Promise<Record<string, MetricTotals>> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const query = (MetricName: string, Stat: "Sum" | "SampleCount") => ({
    Id: `${Stat === "Sum" ? "sum" : "count"}${MetricName}`,
    MetricStat: { Metric: { Namespace: METRICS_NAMESPACE, MetricName, Dimensions }, Period: 60, Stat },
  });
  const { MetricDataResults = [] } = await new CloudWatch(awsClient).getMetricData({
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    MetricDataQueries: names.flatMap((name) => [query(name, "Sum"), query(name, "SampleCount")]),
  });
  const totals = new Map(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values.reduce((a, b) => a + b, 0)]));
  const found = names.filter((name) => totals.get(`count${name}`));
  return Object.fromEntries(
    // Sums of decimal dollars have rounding errors below a cent.
    found.map((name) => [name, { sum: round(totals.get(`sum${name}`)), count: round(totals.get(`count${name}`)) }]),
  );
}

function round(total = 0): number {
  return Math.round(total * 100) / 100;
}
