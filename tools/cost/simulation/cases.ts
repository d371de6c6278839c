import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RESTARTS_PER_SECOND, START_QUOTAS } from "../../../aws/executions.ts";
import { configDefaults } from "../../../stacks/stages.ts";
import { root } from "../../paths.ts";
import type { StateMachine } from "./execution.ts";
import { HotProduct, type Rush, type RushOutcome } from "./hot-product.ts";
import { type Load, type Outcome, type Rules, VirtualShop } from "./shop.ts";
import { VirtualWorld } from "./world.ts";

/** A load with its name in the tables. */
export interface Case extends Load {
  name: string;
}

const starts = START_QUOTAS.largeRegions;
const slow = { chargeMs: 1_200 };
const fast = { chargeMs: 50 };
const backlog = { orders: 10_000, provider: fast, starts };

/** What a shop may go through. Where nothing else is said, a charge takes 50 ms. */
export const CASES: Case[] = [
  { name: "50 a second for 5 min, charges take 1.2 s", orders: 15_000, perSecond: 50, provider: slow, starts },
  { name: "all at once, charges take 1.2 s", ...backlog, provider: slow },
  ...[100, 25, 20].map((perSecond) => ({
    name: `all at once, the provider accepts ${perSecond} requests a second`,
    ...backlog,
    provider: { ...fast, perSecond },
  })),
  {
    name: `all at once, in a region that starts ${START_QUOTAS.otherRegions.refillRate} workflows a second`,
    ...backlog,
    starts: START_QUOTAS.otherRegions,
  },
  ...[5, 60, 600].map((seconds) => outage("reserve-stock", 100, seconds)),
  outage("reserve-stock", 10_000, 600),
  ...[5, 60, 600].map((seconds) => outage("the provider", 100, seconds)),
];

function outage(what: "reserve-stock" | "the provider", orders: number, seconds: number): Case {
  const state = what === "reserve-stock" ? "ReserveStock" : "ChargePayment";
  const time = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  return { name: `all at once, ${what} fails for ${time}`, ...backlog, orders, outage: { state, seconds } };
}

/** Rushes on one product. */
export const RUSHES: Rush[] = [
  { perSecond: 100, undone: 0 },
  { perSecond: 100, undone: 0.1 },
  { perSecond: 500, undone: 0 },
  { perSecond: 500, undone: 0.02 },
];

/** The rules of this version, with the default settings. */
export function currentRules(): Rules {
  const { queueConcurrency, stuckAfterSeconds, orderDeadlineHours, paymentRatePerSecond } = configDefaults();
  return {
    machine: readStateMachine(join(root, "components", "order-workflow.asl.json")),
    // An account's default.
    concurrency: { limit: 1_000, of: "all" },
    patience: { stuckAfterMs: 1_000 * Number(stuckAfterSeconds), deadlineMs: 3_600_000 * Number(orderDeadlineHours) },
    restarts: { perSecond: RESTARTS_PER_SECOND, perSweep: Number.POSITIVE_INFINITY },
    queueConcurrency: Number(queueConcurrency),
    paymentRatePerSecond: Number(paymentRatePerSecond),
  };
}

/** Reads a definition in the Amazon States Language. */
export function readStateMachine(path: string): StateMachine {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Plays a case, always with the same outcome. */
export function playCase(rules: Rules, load: Load): Promise<Outcome> {
  return new VirtualShop(new VirtualWorld(), rules, load).play();
}

/** Plays a rush, always with the same outcome. */
export function playRush(rules: Rules, rush: Rush): Promise<RushOutcome> {
  return new HotProduct(new VirtualWorld(), rules).play(rush);
}
