import { styleText } from "node:util";
import { countBy } from "es-toolkit";
import type { FullOrder } from "../domain/contract/responses.ts";
import { latencyOf, needsWork } from "../domain/order.ts";
import { bestRate, seconds } from "./figures.ts";
import type { Summary } from "./k6.ts";
import type { Plan } from "./plan.ts";
import { failuresIn, type RunOutcome } from "./run-outcome.ts";
import { DURATION_OF_NAME, type Level, levelsOf, ruleOf } from "./service-levels.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** The results of a run. */
export interface Results {
  plan: Plan;
  levels: Level[];
  /** Milliseconds, by request. */
  responseTimes: Record<string, Percentiles>;
  /**
   * Numbers of orders: sent, accepted, refused, not sent as k6 was too busy (`dropped`), and by status. `retried` counts
   * how often one was sent again, as the system was busy.
   */
  orders: Record<string, number>;
  /** The highest rate of accepted orders per second, over ten seconds. */
  bestRate: number;
  /** Orders per second that arrived when the run ended. */
  lastRate: number;
  /** Milliseconds. */
  acceptedToFinal?: Percentiles;
  /** Milliseconds from the last order accepted to the last one final, if all are. */
  drained?: number;
  /** Why the run failed, a sentence each; empty if it passed. */
  failures: string[];
}

/** Evaluates a run. A breakpoint run is meant to miss its levels: only lost orders and wrong sums make it fail. */
export function resultsOf(plan: Plan, summary: Summary, outcome: RunOutcome): Results {
  const { sent, accepted, refused, orders } = outcome;
  const final = orders.filter((order) => !needsWork(order));
  const waits = final.map(latencyOf);
  const levels = levelsOf(plan, summary, outcome, waits);
  const missed = plan.profile === "breakpoint" ? [] : levels.filter(({ isKept }) => !isKept);
  const dropped = summary.metrics.dropped_iterations?.values.count;
  const retried = summary.metrics.orders_retried?.values.count;
  return {
    plan,
    levels,
    responseTimes: responseTimesOf(summary),
    orders: {
      ...{ sent, accepted, refused, ...(dropped && { dropped }), ...(retried && { retried }) },
      ...countBy(orders, ({ status }) => status),
    },
    bestRate: bestRate(orders.map(acceptedAt)),
    lastRate: summary.metrics.arrival_rate?.values.max ?? 0,
    ...(final.length > 0 && { acceptedToFinal: percentiles(waits) }),
    ...(final.length > 0 && final.length === orders.length && { drained: drainOf(orders) }),
    failures: [
      ...missed.map((level) => `The service level of ${level.metric} was not kept: ${ruleOf(level)}.`),
      ...failuresIn(outcome),
    ],
  };
}

function responseTimesOf({ metrics }: Summary): Results["responseTimes"] {
  const times = Object.entries(metrics).flatMap(([metric, { values }]) => {
    const [, name] = DURATION_OF_NAME.exec(metric) ?? [];
    const { med: p50 = 0, "p(95)": p95 = 0, "p(99)": p99 = 0 } = values;
    return name === undefined ? [] : [[name, { p50, p95, p99 }] as const];
  });
  return Object.fromEntries(times);
}

function acceptedAt({ createdAt }: FullOrder): number {
  return Date.parse(createdAt);
}

function drainOf(orders: FullOrder[]): number {
  const finalAt = orders.map((order) => acceptedAt(order) + latencyOf(order));
  return Math.max(...finalAt) - Math.max(...orders.map(acceptedAt));
}

/** A summary for the terminal, without the failures. */
export function textOf(results: Results): string {
  const { plan, levels, responseTimes, orders, bestRate, acceptedToFinal, drained, failures } = results;
  const counts = Object.entries(orders).map(([what, count]) => `${count} ${what}`);
  return [
    ...levels.map((level) => `  ${markOf(level)} ${level.metric.padEnd(34)} ${ruleOf(level)}`),
    ...Object.entries(responseTimes).map(([name, times]) => `  ${name}: ${percentilesText(times, milliseconds)}`),
    `  Orders: ${counts.join(", ")}`,
    `  Highest acceptance rate: ${bestRate.toFixed(1)} a second`,
    ...(acceptedToFinal ? [`  From accepted to final: ${percentilesText(acceptedToFinal, seconds)}`] : []),
    ...(drained === undefined ? [] : [`  All orders were final ${seconds(drained)} after the last one was accepted.`]),
    ...(plan.profile === "breakpoint" ? [`  ${breakpointOf(results)}`] : []),
    ...(failures.length === 0 ? ["Every accepted order reached a final state, and stock and charges add up."] : []),
  ].join("\n");
}

function percentilesText(times: Percentiles, format: (milliseconds: number) => string): string {
  return Object.entries(times)
    .map(([name, value]) => `${name} ${format(value)}`)
    .join(", ");
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function breakpointOf({ plan, levels, lastRate }: Results): string {
  return levels.every(({ isKept }) => isKept)
    ? `It did not break at up to ${plan.rate} orders a second: raise --rate.`
    : `It broke at ${lastRate.toFixed(0)} orders a second.`;
}

function markOf({ isKept }: Level): string {
  return isKept ? styleText("green", "✔") : styleText("red", "✖");
}
