import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { METRICS_NAMESPACE } from "../../domain/metrics.ts";
import type { TestStack } from "./stack.ts";

/** What CloudWatch has of a metric since the stack is there. */
export interface Measured {
  sum: number;
  count: number;
}

/**
 * The system's own metrics of a stack.
 *
 * @param dimensions - Exactly these; none is a set of its own.
 * @returns By name. What nothing was measured of is missing.
 */
export async function measured(
  names: readonly string[],
  dimensions: Record<string, string>,
  { awsClient }: TestStack,
): Promise<Record<string, Measured>> {
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
    // Sums of cents are exact to a cent only.
    found.map((name) => [name, { sum: rounded(totals.get(`sum${name}`)), count: rounded(totals.get(`count${name}`)) }]),
  );
}

function rounded(total = 0): number {
  return Math.round(total * 100) / 100;
}
