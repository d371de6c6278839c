// What a run does, by profile. Also loaded by k6, so it must not use Node's modules.

import type { Api } from "../stacks/api-client.ts";

/** The size of a run: `local` is what the emulator handles on two cores, `remote` what a stack on AWS should handle. */
export type Size = "local" | "remote";

/** What an iteration does: only places an order, or views the catalogue, places an order, reads it and lists orders. */
export const SCENARIOS = ["place", "journey"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** A way to load a stack. */
interface Profile {
  /** The question that it answers. */
  purpose: string;
  /** Iterations per second, at the end of a ramp or all the time; each places one order. */
  rate: Record<Size, number>;
  /** Seconds. */
  duration: Record<Size, number>;
  /** Whether orders are placed one after another, each once the previous one is final, and no faster than the rate. */
  isSequential?: boolean;
  /** Whether the rate grows steadily, from a tenth of it, until the system falls behind. */
  isRamp?: boolean;
  /** Whether orders arrive faster than they are fulfilled, so that they queue. */
  isOverload?: boolean;
}

export const PROFILES = {
  smoke: {
    purpose: "Does everything work, at the usual speed?",
    rate: { local: 2, remote: 1 },
    duration: { local: 20, remote: 30 },
    isSequential: true,
  },
  load: {
    purpose: "Does it meet its service levels on a normal day?",
    rate: { local: 4, remote: 20 },
    duration: { local: 120, remote: 600 },
  },
  stress: {
    purpose: "Does it hold up under sustained overload?",
    rate: { local: 15, remote: 100 },
    duration: { local: 120, remote: 900 },
    isOverload: true,
  },
  soak: {
    purpose: "Does it stay stable for hours?",
    rate: { local: 2, remote: 20 },
    duration: { local: 1_800, remote: 14_400 },
  },
  spike: {
    purpose: "Does it survive a sudden spike, and recover?",
    rate: { local: 100, remote: 200 },
    duration: { local: 10, remote: 60 },
    isOverload: true,
  },
  breakpoint: {
    purpose: "At which rate does it fall behind?",
    rate: { local: 60, remote: 500 },
    duration: { local: 120, remote: 1_800 },
    isRamp: true,
    isOverload: true,
  },
} satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

/** Limits on response times on AWS, in milliseconds. p99 is the threshold of the alarm on slow responses. */
const RESPONSE_TIMES_MS = { p95: 500, p99: 3_000 };

/**
 * Limit on this machine, in milliseconds: how much longer a request of each route may take than the floor. An order takes 15 ms
 * more on two idle cores, and twice that on a machine that is ten times as busy.
 */
export const OVER_FLOOR_MS = 60;

/** Limit on p95 of the time from accepted to final on AWS, unless orders queue. */
const FINAL_SECONDS = 10;

/** How long API Gateway may reject a new key. The emulator accepts it at once. */
const NEW_KEY_SECONDS: Record<Size, number> = { local: 0, remote: 60 };

/** A profile's figures for one run. */
export interface Plan {
  profile: ProfileName;
  scenario: Scenario;
  /** Peak iterations per second. */
  rate: number;
  /** Seconds. */
  duration: number;
  /** Whether each iteration first measures the floor, with which response times are compared. */
  hasFloor: boolean;
  /** Limits on response times in milliseconds, and on p95 from accepted to final in seconds, where there are any. */
  p95?: number;
  p99?: number;
  final?: number;
  /** Seconds for which a new key may be rejected. */
  newKey: number;
}

/** A run's parameters, passed to k6 as JSON in the environment variable `ORDERS_LOAD`. */
export interface Run {
  /** Prefix of the run's customer ids and idempotency keys. */
  id: string;
  plan: Plan;
  storefront: Api;
  backOffice: Api;
  /** Where k6 writes its summary. */
  summary: string;
}

/** Creates a plan from a profile, with the caller's overrides. */
export function planOf(
  profile: ProfileName,
  scenario: Scenario,
  size: Size,
  { rate, duration, p95 }: { rate?: number | undefined; duration?: number | undefined; p95?: number | undefined } = {},
): Plan {
  const { isOverload = false, ...usual }: Profile = PROFILES[profile];
  return {
    profile,
    scenario,
    rate: rate ?? usual.rate[size],
    duration: duration ?? usual.duration[size],
    // A floor measured under overload waits as long as everything else.
    hasFloor: size === "local" && !isOverload,
    ...(size === "remote" && RESPONSE_TIMES_MS),
    ...(size === "remote" && !isOverload && { final: FINAL_SECONDS }),
    ...(p95 !== undefined && { p95 }),
    newKey: NEW_KEY_SECONDS[size],
  };
}

/** The share of the rate at which ramps start. */
const START = 0.1;

/** Iterations per second. @param progress - How much of the run is over, from 0 to 1. */
export function rateAt(plan: Plan, progress: number): number {
  return isRamp(plan) ? plan.rate * (START + (1 - START) * progress) : plan.rate;
}

/** Whether the rate grows until the system falls behind. */
export function isRamp({ profile }: Plan): boolean {
  const { isRamp = false }: Profile = PROFILES[profile];
  return isRamp;
}

/** Whether each order is placed once the previous one is final. */
export function isSequential({ profile }: Plan): boolean {
  const { isSequential = false }: Profile = PROFILES[profile];
  return isSequential;
}

/** Whether orders are sent again that a busy system refuses for now, as customers do; elsewhere they count as failed. */
export function retriesBusy(plan: Plan): boolean {
  const { isOverload = false }: Profile = PROFILES[plan.profile];
  return isOverload && !isRamp(plan);
}

/** How many iterations the plan starts in total. */
export function iterationsOf(plan: Plan): number {
  return Math.round(rateAt(plan, 0.5) * plan.duration);
}
