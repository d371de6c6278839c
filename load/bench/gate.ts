import type { Ratio } from "../statistics.ts";
import type { Parts, Results } from "./results.ts";

/** An upper or a lower bound on a ratio. */
export type Bound = { most: number } | { least: number };

/** A measured ratio, with its aim and its budget. */
export interface Budget {
  /** What is compared with what, as a noun phrase. */
  what: string;
  ratio: Ratio;
  /** Where it should be. Missing it is reported, but doesn't fail the gate. */
  aim: Bound;
  /** The limit: exceeding it fails the gate. Tighter than an aim that is surpassed. */
  budget: Bound;
}

interface Rule {
  aim: number;
  budget: number;
}

/** More is worse. A tenth, or a fifth where the intervals are that wide. */
const TENTH_MORE = 1.1;
const FIFTH_MORE = 1.2;
/** Less is worse. */
const FIFTH_LESS = 0.8;

const POST_P50 = rule(1.35, 1.37, TENTH_MORE);
const READ_P50 = rule(1.15, 1.08, TENTH_MORE);
const LIST_P50 = rule(1.15, 0.99, TENTH_MORE);
/** Reads the products' details, too. */
const PRODUCTS_P50 = rule(1.15, 1.11, TENTH_MORE);
const LATE_PAGE = rule(1.2, 1.03, TENTH_MORE);
const SCALE = rule(1.2, 1.06, TENTH_MORE);
const THROUGHPUT = rule(0.75, 0.62, FIFTH_LESS);
const COLD_START = rule(1.25, 1.26, FIFTH_MORE);
/** For bundles that include Stripe's client. */
const COLD_START_WITH_STRIPE = rule(1.25, 1.34, FIFTH_MORE);
const WITH_STRIPE = ["process-payments"];

/** Begins the name of each cold start's budget. */
export const COLD_START_OF = "the cold start of ";

/**
 * @param measured - The worst of these ratios when the budget was set, on an idle machine.
 * @param room - How much worse it may get. The budget is rounded to 0.05.
 */
function rule(aim: number, measured: number, room: number): Rule {
  return { aim, budget: Math.round(measured * room * 20) / 20 };
}

/** Every budget, with its measured ratio. */
export function budgetsOf({ latency, throughput, scale, coldStart }: Partial<Results>): Budget[] {
  const budgets: Budget[] = [];
  const most = (what: string, ratio: Ratio, { aim, budget }: Rule) =>
    budgets.push({ what, ratio, aim: { most: aim }, budget: { most: budget } });

  for (const { name, floor, toFloor } of latency?.requests ?? []) {
    if (!name.startsWith("floor")) most(`${name} to the ${floor}`, toFloor, latencyRule(name));
  }
  if (latency) most("the 20th page of a list to the first", latency.pages, LATE_PAGE);
  if (throughput) {
    const what = `the throughput of POST /orders to the floor's at ${throughput.connections} connections`;
    const { aim, budget } = THROUGHPUT;
    budgets.push({ what, ratio: throughput.ratio, aim: { least: aim }, budget: { least: budget } });
  }
  if (scale) {
    for (const { name, ratio } of scale.requests)
      if (name !== "floor") most(`${name} with ${sizesOf(name, scale)}`, ratio, SCALE);
  }
  for (const { name, ratio } of coldStart?.handlers ?? []) {
    const rule = WITH_STRIPE.includes(name) ? COLD_START_WITH_STRIPE : COLD_START;
    most(`${COLD_START_OF}${name} to the floor`, ratio, rule);
  }
  return budgets;
}

/** What grows in the table, of what concerns a request. */
function sizesOf(request: string, { small, large }: Parts["scale"]): string {
  const orders = `${thousands(large.orders)} orders to ${thousands(small.orders)}`;
  const products = `${thousands(large.products)} products to ${thousands(small.products)}`;
  if (request === "POST /orders") return `${orders}, and ${products}`;
  return request.startsWith("GET /products") ? products : orders;
}

function latencyRule(request: string): Rule {
  if (request.startsWith("POST /orders")) return POST_P50;
  if (request === "GET /products") return PRODUCTS_P50;
  return request.startsWith("GET /orders, page") ? LIST_P50 : READ_P50;
}

/** Whether the measured ratio meets its aim. */
export function isAimKept({ ratio, aim }: Budget): boolean {
  return "most" in aim ? ratio.value <= aim.most : ratio.value >= aim.least;
}

/** Whether the ratio certainly exceeds its budget: its whole interval does, which happens by chance at most once in forty. */
export function isBroken({ ratio, budget }: Budget): boolean {
  return "most" in budget ? ratio.low > budget.most : ratio.high < budget.least;
}

/** A sentence for each exceeded budget. */
export function breaches(results: Partial<Results>): string[] {
  return budgetsOf(results)
    .filter(isBroken)
    .map(({ what, ratio: { value, low, high }, budget }) => {
      const rule = "most" in budget ? `at most ${budget.most}` : `at least ${budget.least}`;
      return `The ratio of ${what} is ${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}); it must be ${rule}.`;
    });
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
