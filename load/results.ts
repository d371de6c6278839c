import { styleText } from "node:util";
import { countBy } from "es-toolkit";
import { latencyOf, needsWork } from "../domain/order.ts";
import { bestRate, seconds } from "./figures.ts";
import type { Summary } from "./k6.ts";
import type { Plan } from "./plan.ts";
import { failuresIn, fulfilledShare, type RunOutcome } from "./run-outcome.ts";
import { type Percentiles, percentiles } from "./statistics.ts";

/** A service level: a rule on a metric, and the measured value in the metric's unit (milliseconds, or a share). */
interface Level {
  metric: string;
  rule: string;
  /** Missing if nothing was measured. */
  value?: number;
  isKept: boolean;
}

/** The results of a run. */
export interface Results {
  plan: Plan;
  levels: Level[];
  /** Numbers of orders: sent, accepted, refused, not sent as k6 was too busy (`dropped`), and by status. */
  orders: Record<string, number>;
  /** The highest rate of accepted orders per second, over ten seconds. */
  bestRate: number;
  /** Milliseconds, of all orders; k6's own metric covers only those that it followed. */
  acceptedToFinal?: Percentiles;
  /** Why the run failed, a sentence each; empty if it passed. */
  failures: string[];
}

/** Evaluates a run. A breakpoint run is meant to miss its levels: only lost orders and wrong sums make it fail. */
export function resultsOf(plan: Plan, summary: Summary, outcome: RunOutcome): Results {
  const { sent, accepted, refused, orders } = outcome;
  const levels = [...levelsOf(summary), fulfilment(outcome)];
  const missed = plan.profile === "breakpoint" ? [] : levels.filter(({ isKept }) => !isKept);
  const dropped = summary.metrics.dropped_iterations?.values.count;
  const waits = orders.filter((order) => !needsWork(order)).map(latencyOf);
  return {
    plan,
    levels,
    orders: { sent, accepted, refused, ...(dropped && { dropped }), ...countBy(orders, ({ status }) => status) },
    bestRate: bestRate(orders.map(({ createdAt }) => Date.parse(createdAt))),
    ...(waits.length > 0 && { acceptedToFinal: percentiles(waits) }),
    failures: [
      ...missed.map((level) => `The service level of ${level.metric} was not kept: ${ruleOf(level)}.`),
      ...failuresIn(outcome),
    ],
  };
}

function levelsOf({ metrics }: Summary): Level[] {
  const levels = Object.entries(metrics).flatMap(([metric, { values, thresholds = {} }]) =>
    Object.entries(thresholds).map(([rule, { ok }]) => {
      const value = values.count === 0 ? undefined : values[rule.split(/[<>]/)[0] ?? ""];
      const name = metric.replace(/^http_req_duration\{name:(.*)\}$/, "$1");
      return { metric: name, rule, ...(value !== undefined && { value }), isKept: ok };
    }),
  );
  // k6's own order varies.
  return levels.sort((a, b) => `${a.metric} ${a.rule}`.localeCompare(`${b.metric} ${b.rule}`));
}

/** A level that k6 can't measure: orders may also fail because the system was overloaded, and be undone properly. */
function fulfilment(outcome: RunOutcome): Level {
  const value = fulfilledShare(outcome);
  return { metric: "orders_fulfilled", rule: "rate>0.99", value, isKept: value > 0.99 };
}

function ruleOf({ rule, value }: Level): string {
  if (value === undefined) return `${rule}, but nothing was measured`;
  return `${rule}, and it was ${rule.startsWith("rate") ? value.toFixed(3) : Math.round(value)}`;
}

/** A summary for the terminal, without the failures. */
export function textOf({ plan, levels, orders, bestRate, acceptedToFinal, failures }: Results): string {
  const times = Object.entries(acceptedToFinal ?? {}).map(([name, value]) => `${name} ${seconds(value)}`);
  const counts = Object.entries(orders).map(([what, count]) => `${count} ${what}`);
  const limit = levels.some(({ isKept }) => !isKept) ? "That is the limit." : "It did not break.";
  return [
    ...levels.map((level) => `  ${markOf(level)} ${level.metric.padEnd(24)} ${ruleOf(level)}`),
    `  Orders: ${counts.join(", ")}`,
    `  Highest acceptance rate: ${bestRate.toFixed(1)} a second`,
    ...(times.length > 0 ? [`  From accepted to final: ${times.join(", ")}`] : []),
    ...(plan.profile === "breakpoint" ? [`  ${limit}`] : []),
    ...(failures.length === 0 ? ["Every accepted order reached a final state, and stock and charges add up."] : []),
  ].join("\n");
}

function markOf({ isKept }: Level): string {
  return isKept ? styleText("green", "✔") : styleText("red", "✖");
}
