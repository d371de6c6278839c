import type { Results } from "./results.ts";
import type { Ratio } from "./statistics.ts";

/** A ratio that must not be beyond its budget. */
export interface Budget {
  /** What is compared with what, as the subject of a sentence. */
  what: string;
  ratio: Ratio;
  /** The most that the ratio may be, or the least. */
  limit: { most: number } | { least: number };
}

const POST_P50 = 1.35;
const THROUGHPUT = 0.75;
const READ_P50 = 1.15;
const LATE_PAGE = 1.2;
const SCALE = 1.2;
const COLD_START = 2;

/** Every budget, with what was measured of it. */
export function budgetsOf({ latency, throughput, scale, coldStart }: Partial<Results>): Budget[] {
  const budgets: Budget[] = [];
  const most = (what: string, ratio: Ratio, limit: number) => budgets.push({ what, ratio, limit: { most: limit } });

  for (const { name, toFloor } of latency?.requests ?? []) {
    if (name !== "floor") most(`${name} to the floor`, toFloor, name === "POST /orders" ? POST_P50 : READ_P50);
  }
  if (latency) most("the 20th page of a list to the first", latency.pages, LATE_PAGE);
  if (throughput) {
    const what = `the throughput of POST /orders to the floor's at ${throughput.connections} connections`;
    budgets.push({ what, ratio: throughput.ratio, limit: { least: THROUGHPUT } });
  }
  if (scale) {
    const sizes = `with ${thousands(scale.large)} orders to ${thousands(scale.small)}`;
    for (const { name, ratio } of scale.requests) if (name !== "floor") most(`${name} ${sizes}`, ratio, SCALE);
  }
  for (const { name, ratio } of coldStart?.handlers ?? []) {
    most(`the cold start of ${name} to an empty handler's`, ratio, COLD_START);
  }
  return budgets;
}

export function isKept({ ratio, limit }: Budget): boolean {
  return "most" in limit ? ratio.value <= limit.most : ratio.value >= limit.least;
}

/** What to say of each budget that is not kept. */
export function breaches(results: Partial<Results>): string[] {
  return budgetsOf(results)
    .filter((budget) => !isKept(budget))
    .map(({ what, ratio: { value, low, high }, limit }) => {
      const rule = "most" in limit ? `at most ${limit.most}` : `at least ${limit.least}`;
      return `The ratio of ${what} is ${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}); it must be ${rule}.`;
    });
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
