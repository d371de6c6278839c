import { styleText } from "node:util";
import { countBy } from "es-toolkit";
import { latencyOf, needsWork } from "../domain/order.ts";
import { bestRate, percentileOr0, seconds } from "./figures.ts";
import type { Summary } from "./k6.ts";
import type { Plan } from "./plan.ts";
import { failuresIn, fulfilledShare, type RunOutcome } from "./run-outcome.ts";

/** A service level: which rule on which metric, and what it came to, in the metric's unit (milliseconds, or a share). */
interface Level {
  metric: string;
  rule: string;
  /** Missing where nothing was measured. */
  value?: number;
  isKept: boolean;
}

/** What a run came to. */
export interface Results {
  plan: Plan;
  levels: Level[];
  /** How many orders were sent, accepted, refused, not sent as k6 was too busy (`dropped`), and ended how. */
  orders: Record<string, number>;
  /** The most orders a second that were accepted, over ten seconds. */
  bestRate: number;
  /** Milliseconds, of all orders; k6's own figure is of those that it followed. */
  acceptedToFinal?: { p50: number; p95: number; p99: number };
  /** What makes the run fail, a sentence each. */
  failures: string[];
}

/** Judges a run. A breakpoint's levels are there to be broken: only what is lost or doesn't fit makes it fail. */
export function resultsOf(plan: Plan, summary: Summary, outcome: RunOutcome): Results {
  const { sent, accepted, refused, orders } = outcome;
  const levels = [...levelsOf(summary), fulfilment(outcome)];
  const broken = plan.profile === "breakpoint" ? [] : levels.filter(({ isKept }) => !isKept);
  const dropped = summary.metrics.dropped_iterations?.values.count;
  const waits = orders.filter((order) => !needsWork(order)).map(latencyOf);
  return {
    plan,
    levels,
    orders: { sent, accepted, refused, ...(dropped && { dropped }), ...countBy(orders, ({ status }) => status) },
    bestRate: bestRate(orders.map(({ createdAt }) => Date.parse(createdAt))),
    ...(waits.length > 0 && {
      acceptedToFinal: { p50: percentileOr0(waits, 50), p95: percentileOr0(waits, 95), p99: percentileOr0(waits, 99) },
    }),
    failures: [
      ...broken.map((level) => `The service level of ${level.metric} was not kept: ${ruleOf(level)}.`),
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
  // k6 has them in another order each time.
  return levels.sort((a, b) => `${a.metric} ${a.rule}`.localeCompare(`${b.metric} ${b.rule}`));
}

/** A level that k6 can't see: an order may fail for want of a machine, too, and be undone in good order. */
function fulfilment(outcome: RunOutcome): Level {
  const value = fulfilledShare(outcome);
  return { metric: "orders_fulfilled", rule: "rate>0.99", value, isKept: value > 0.99 };
}

function ruleOf({ rule, value }: Level): string {
  if (value === undefined) return `${rule}, but nothing was measured`;
  return `${rule}, and it was ${rule.startsWith("rate") ? value.toFixed(3) : Math.round(value)}`;
}

/** What a person wants to read of it, without the failures. */
export function textOf({ plan, levels, orders, bestRate, acceptedToFinal, failures }: Results): string {
  const times = Object.entries(acceptedToFinal ?? {}).map(([name, value]) => `${name} ${seconds(value)}`);
  const counts = Object.entries(orders).map(([what, count]) => `${count} ${what}`);
  const limit = levels.some(({ isKept }) => !isKept) ? "That is the limit." : "It did not break.";
  return [
    ...levels.map((level) => `  ${markOf(level)} ${level.metric.padEnd(24)} ${ruleOf(level)}`),
    `  Orders: ${counts.join(", ")}`,
    `  Accepted at best: ${bestRate.toFixed(1)} a second`,
    ...(times.length > 0 ? [`  From accepted to final: ${times.join(", ")}`] : []),
    ...(plan.profile === "breakpoint" ? [`  ${limit}`] : []),
    ...(failures.length === 0 ? ["Every accepted order came to its end, and stock and charges fit."] : []),
  ].join("\n");
}

function markOf({ isKept }: Level): string {
  return isKept ? styleText("green", "✔") : styleText("red", "✖");
}
