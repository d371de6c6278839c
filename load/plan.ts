// What a run of k6 does, by profile. Read by the command and by k6 itself, so there is nothing of Node's in it.

import type { Options } from "k6/options";
import type { Api } from "../stacks/api-client.ts";

/** How far a run can go: `local` is what the emulator takes on two cores, `remote` what an AWS stack should take. */
export type Size = "local" | "remote";

/** What an iteration does: places an order, or walks through all that a shop's day has. */
export const SCENARIOS = ["place", "journey"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** A way to load a stack. */
interface Profile {
  /** What it finds out. */
  purpose: string;
  /** Iterations a second at the most; each places one order. */
  rate: Record<Size, number>;
  /** Seconds. */
  duration: Record<Size, number>;
  /** Straight lines from a tenth of the rate on, each a share of the duration and the share of the rate that it ends at. */
  ramp?: [duration: number, rate: number][];
  /** Whether orders come faster than they are fulfilled, so that they wait. */
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
 * What answers may take, in milliseconds. On AWS, the slowest hundredth is what the alarm on slow answers allows. The
 * emulator's times say nothing about AWS; they only have to be sound on a busy machine, too.
 */
const ANSWERS: Record<Size, { p95: number; p99: number }> = {
  local: { p95: 8_000, p99: 15_000 },
  remote: { p95: 500, p99: 3_000 },
};

/** How long 95 of 100 orders may take from accepted to final, in seconds, on a usual day and when they have to wait. */
const FINAL: Record<Size, { usual: number; overload: number }> = {
  local: { usual: 60, overload: 300 },
  remote: { usual: 10, overload: 300 },
};

/** How long API Gateway may refuse a new key before it knows it, in seconds. The emulator knows it at once. */
const NEW_KEY: Record<Size, number> = { local: 0, remote: 60 };

/** A profile's figures for one run. */
export interface Plan {
  profile: ProfileName;
  scenario: Scenario;
  /** Iterations a second at the most. */
  rate: number;
  /** Seconds. */
  duration: number;
  /** Milliseconds that answers may take. */
  p95: number;
  p99: number;
  /** Seconds from accepted to final. */
  final: number;
  /** Seconds that a key may be refused for at first. */
  newKey: number;
}

/** What k6 is told of a run, as JSON in the environment's `ORDERS_LOAD`. */
export interface Run {
  /** Names the run's orders: their customers and idempotency keys begin with it. */
  id: string;
  plan: Plan;
  storefront: Api;
  backOffice: Api;
  /** Where k6 writes its summary. */
  summary: string;
}

/** Makes a plan of a profile, with what the caller wants otherwise. */
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
    ...ANSWERS[size],
    ...(p95 !== undefined && { p95, p99: Math.max(p95, ANSWERS[size].p99) }),
    final: FINAL[size][isOverload ? "overload" : "usual"],
    newKey: NEW_KEY[size],
  };
}

/** How many iterations the plan starts in all. */
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

/** Of how many orders one is followed to its end: about one a second is. */
export function followedOneOf({ rate }: Plan): number {
  return Math.max(1, Math.ceil(rate));
}

/** k6's options for a plan. Iterations start when their time has come, however slowly the answers come. */
export function optionsOf(plan: Plan): Options {
  const { profile, scenario, rate, duration, p99, final, newKey } = plan;
  const { ramp }: Profile = PROFILES[profile];
  const perMinute = (share: number) => Math.max(1, Math.round(rate * 60 * share));
  const common = {
    exec: scenario,
    timeUnit: "1m",
    // Enough for all that are followed, and for answers at the limit: an order that finds no VU is dropped, as k6 calls it.
    preAllocatedVUs: Math.ceil(2 * rate) + final + 10,
    maxVUs: Math.ceil((rate * p99 * REQUESTS[scenario].length) / 1_000) + final + 10,
    gracefulStop: `${final + REQUEST_TIMEOUT}s`,
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
    // Each of the two keys may be new.
    setupTimeout: `${2 * (newKey + REQUEST_TIMEOUT)}s`,
    thresholds: thresholdsOf(plan),
    summaryTrendStats: ["count", "med", "p(95)", "p(99)", "max"],
    userAgent: "orders-load",
  };
}

/** Seconds after which a request is given up: API Gateway does so after 29. */
export const REQUEST_TIMEOUT = 30;

/** The share of the rate that ramps start from. */
const START = 0.1;

/** What each scenario asks for: names that the requests are measured under. */
const REQUESTS = {
  place: ["POST /orders"],
  journey: ["POST /orders", "GET /products", "GET /orders/{orderId}", "GET /orders"],
} as const satisfies Record<Scenario, readonly string[]>;
export type RequestName = (typeof REQUESTS)[Scenario][number];

/** The service levels. Where one is clearly broken, the run ends: it won't get better. */
function thresholdsOf({ scenario, p95, p99, final }: Plan): NonNullable<Options["thresholds"]> {
  const level = (threshold: string) => ({ threshold, abortOnFail: true, delayAbortEval: "10s" });
  const answers = REQUESTS[scenario].map((name) => [
    `http_req_duration{name:${name}}`,
    [level(`p(95)<${p95}`), level(`p(99)<${p99}`)],
  ]);
  return {
    http_req_failed: [level("rate<0.01")],
    checks: [level("rate>0.99")],
    ...Object.fromEntries(answers),
    accepted_to_final: [level(`p(95)<${final * 1_000}`)],
  };
}
