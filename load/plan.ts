// What a run of k6 does, by profile. Also loaded by k6 itself, so it must not use Node's modules.

import type { Options } from "k6/options";
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
  /** Peak iterations per second; each places one order. */
  rate: Record<Size, number>;
  /** Seconds. */
  duration: Record<Size, number>;
  /** Linear stages, starting at a tenth of the rate: each a share of the duration, and the share of the rate at its end. */
  ramp?: [duration: number, rate: number][];
  /** Whether orders arrive faster than they are fulfilled, so that they queue. */
  isOverload?: boolean;
}

export const PROFILES = {
  smoke: {
    purpose: "Does everything work?",
    rate: { local: 1, remote: 1 },
    duration: { local: 15, remote: 30 },
  },
  load: {
    purpose: "Does it meet its service levels on a normal day?",
    rate: { local: 4, remote: 20 },
    duration: { local: 120, remote: 600 },
  },
  stress: {
    purpose: "Does it hold up under sustained overload?",
    rate: { local: 8, remote: 100 },
    duration: { local: 120, remote: 900 },
    ramp: [
      [0.3, 1],
      [0.5, 1],
      [0.2, 0.1],
    ],
    isOverload: true,
  },
  soak: {
    purpose: "Does it stay stable for hours?",
    rate: { local: 2, remote: 20 },
    duration: { local: 1_800, remote: 14_400 },
  },
  spike: {
    purpose: "Does it survive a sudden spike, and recover?",
    rate: { local: 10, remote: 200 },
    duration: { local: 60, remote: 300 },
    ramp: [
      [0.3, 0.1],
      [0.05, 1],
      [0.3, 1],
      [0.05, 0.1],
      [0.3, 0.1],
    ],
    isOverload: true,
  },
  breakpoint: {
    purpose: "How much can it take? Ends when a service level is missed.",
    rate: { local: 40, remote: 500 },
    duration: { local: 300, remote: 1_800 },
    ramp: [[1, 1]],
    isOverload: true,
  },
} satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

/**
 * Limits on response times, in milliseconds. On AWS, p99 is the threshold of the alarm on slow responses. The emulator's times
 * say nothing about AWS; its limits only have to hold on a busy machine, too.
 */
const RESPONSE_TIMES_MS: Record<Size, { p95: number; p99: number }> = {
  local: { p95: 8_000, p99: 15_000 },
  remote: { p95: 500, p99: 3_000 },
};

/** Limit on p95 of the time from accepted to final, normally and when orders queue. */
const FINAL_SECONDS: Record<Size, { usual: number; overload: number }> = {
  local: { usual: 60, overload: 300 },
  remote: { usual: 10, overload: 300 },
};

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
  /** Limits on response times, in milliseconds. */
  p95: number;
  p99: number;
  /** Limit on p95 from accepted to final, in seconds. */
  final: number;
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
  const { isOverload, ...usual }: Profile = PROFILES[profile];
  return {
    profile,
    scenario,
    rate: rate ?? usual.rate[size],
    duration: duration ?? usual.duration[size],
    ...RESPONSE_TIMES_MS[size],
    ...(p95 !== undefined && { p95, p99: Math.max(p95, RESPONSE_TIMES_MS[size].p99) }),
    final: FINAL_SECONDS[size][isOverload ? "overload" : "usual"],
    newKey: NEW_KEY_SECONDS[size],
  };
}

/** How many iterations the plan starts in total. */
export function iterationsOf({ profile, rate, duration }: Plan): number {
  const { ramp }: Profile = PROFILES[profile];
  let before = START;
  let share = ramp ? 0 : 1;
  for (const [length, end] of ramp ?? []) {
    share += (length * (before + end)) / 2;
    before = end;
  }
  return Math.round(share * rate * duration);
}

/** One order in this many is followed until it is final: about one per second. */
export function followedOneOf({ rate }: Plan): number {
  return Math.max(1, Math.ceil(rate));
}

/** k6's options for a plan. Iterations start on schedule, however slow the responses are (open model). */
export function optionsOf(plan: Plan): Options {
  const { profile, scenario, rate, duration, p99, final, newKey } = plan;
  const { ramp }: Profile = PROFILES[profile];
  const perMinute = (share: number) => Math.max(1, Math.round(rate * 60 * share));
  const common = {
    exec: scenario,
    timeUnit: "1m",
    // Enough for all followed orders, and for response times at the limit: k6 drops an iteration if no VU is free.
    preAllocatedVUs: Math.ceil(2 * rate) + final + 10,
    maxVUs: Math.ceil((rate * p99 * REQUESTS[scenario].length) / 1_000) + final + 10,
    gracefulStop: `${final + REQUEST_TIMEOUT_SECONDS}s`,
  };
  return {
    scenarios: {
      [profile]: ramp
        ? {
            executor: "ramping-arrival-rate",
            ...common,
            startRate: perMinute(START),
            stages: ramp.map(([length, end]) => ({
              duration: `${Math.round(length * duration * 1_000)}ms`,
              target: perMinute(end),
            })),
          }
        : { executor: "constant-arrival-rate", ...common, rate: perMinute(1), duration: `${duration}s` },
    },
    // Both keys may be new.
    setupTimeout: `${2 * (newKey + REQUEST_TIMEOUT_SECONDS)}s`,
    thresholds: thresholdsOf(plan),
    summaryTrendStats: ["count", "med", "p(95)", "p(99)", "max"],
    userAgent: "orders-load",
  };
}

/** Time-out of a request; API Gateway's own is 29. */
export const REQUEST_TIMEOUT_SECONDS = 30;

/** The share of the rate at which ramps start. */
const START = 0.1;

/** The requests of each scenario, by the names under which they are measured. */
const REQUESTS = {
  place: ["POST /orders"],
  journey: ["POST /orders", "GET /products", "GET /orders/{orderId}", "GET /orders"],
} as const satisfies Record<Scenario, readonly string[]>;
export type RequestName = (typeof REQUESTS)[Scenario][number];

/** The service levels. A run is aborted once one is clearly missed. */
function thresholdsOf({ scenario, p95, p99, final }: Plan): NonNullable<Options["thresholds"]> {
  const level = (threshold: string) => ({ threshold, abortOnFail: true, delayAbortEval: "10s" });
  const responseTimes = REQUESTS[scenario].map((name) => [
    `http_req_duration{name:${name}}`,
    [level(`p(95)<${p95}`), level(`p(99)<${p99}`)],
  ]);
  return {
    http_req_failed: [level("rate<0.01")],
    checks: [level("rate>0.99")],
    ...Object.fromEntries(responseTimes),
    accepted_to_final: [level(`p(95)<${final * 1_000}`)],
  };
}
