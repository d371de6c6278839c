import type { Summary } from "./k6.ts";
import { durationOf, FLOOR, REQUESTS } from "./k6-options.ts";
import { OVER_FLOOR_MS, type Plan } from "./plan.ts";
import { fulfilledShare, type RunOutcome } from "./run-outcome.ts";
import { percentile } from "./statistics.ts";

/** A service level: a rule on a metric, and the measured value in the metric's unit (milliseconds, or a share). */
export interface Level {
  metric: string;
  rule: string;
  /** Missing if nothing was measured. */
  value?: number;
  isKept: boolean;
}

/**
 * The service levels of a run. k6 evaluates its own; it sends orders, but doesn't follow them.
 *
 * @param waits - Milliseconds from accepted to final.
 */
export function levelsOf(plan: Plan, summary: Summary, outcome: RunOutcome, waits: number[]): Level[] {
  return [...levelsOfK6(summary), ...overFloor(plan, summary), ...finalLevel(plan, waits), fulfilment(outcome)];
}

/** The metric of a request's duration in k6's summary, with the request's name. */
export const DURATION_OF_NAME = /^http_req_duration\{name:(.*)\}$/;

function levelsOfK6({ metrics }: Summary): Level[] {
  const levels = Object.entries(metrics).flatMap(([metric, { values, thresholds = {} }]) =>
    Object.entries(thresholds).map(([rule, { ok }]) => {
      const value = values.count === 0 ? undefined : values[rule.split(/[<>]/)[0] ?? ""];
      const name = metric.replace(DURATION_OF_NAME, "$1");
      return { metric: name, rule, ...(value !== undefined && { value }), isKept: ok };
    }),
  );
  // k6's own order varies.
  return levels.sort((a, b) => `${a.metric} ${a.rule}`.localeCompare(`${b.metric} ${b.rule}`));
}

/**
 * How much longer each route takes than the floor, by the quickest twentieth of each: whatever else the machine does makes requests
 * slower, but not all of them, while slower code makes all of them slower.
 */
function overFloor({ hasFloor, scenario }: Plan, { metrics }: Summary): Level[] {
  if (!hasFloor) return [];
  const quickOf = (name: string) => metrics[durationOf(name)]?.values["p(5)"] ?? Number.NaN;
  return REQUESTS[scenario].map((name) => {
    const value = quickOf(name) - quickOf(FLOOR);
    return { metric: `${name} over the floor`, rule: `p(5)<${OVER_FLOOR_MS}`, value, isKept: value < OVER_FLOOR_MS };
  });
}

function finalLevel({ final }: Plan, waits: number[]): Level[] {
  if (final === undefined || waits.length === 0) return [];
  const [limit, value] = [final * 1_000, percentile(waits, 95)];
  return [{ metric: "accepted_to_final", rule: `p(95)<${limit}`, value, isKept: value < limit }];
}

/** Orders may also fail because the system was overloaded, and be undone properly. */
function fulfilment(outcome: RunOutcome): Level {
  const value = fulfilledShare(outcome);
  return { metric: "orders_fulfilled", rule: "rate>0.99", value, isKept: value > 0.99 };
}

/** The level's rule and value, in words. */
export function ruleOf({ rule, value }: Level): string {
  if (value === undefined) return `${rule}, but nothing was measured`;
  return `${rule}, and it was ${rule.startsWith("rate") ? value.toFixed(3) : Math.round(value)}`;
}
