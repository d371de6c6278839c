// Also loaded by k6 itself, so it must not use Node's modules.

import type { Scenario as Executor, Options } from "k6/options";
import { isRamp, isSequential, iterationsOf, type Plan, rateAt, retriesBusy, type Scenario } from "./plan.ts";

/**
 * k6's options for a plan. Iterations start on schedule, however slow the responses are (open model), except for a sequential
 * profile: it also runs on a busy machine, which must not queue orders.
 */
export function optionsOf(plan: Plan): Options {
  return {
    scenarios: {
      [plan.profile]: {
        exec: plan.scenario,
        // Orders that are sent again until they are accepted take as long as that takes.
        gracefulStop: retriesBusy(plan) ? "10m" : `${REQUEST_TIMEOUT_SECONDS}s`,
        ...executorOf(plan),
      },
    },
    // Both keys may be new.
    setupTimeout: `${2 * (plan.newKey + REQUEST_TIMEOUT_SECONDS)}s`,
    thresholds: thresholdsOf(plan),
    summaryTrendStats: ["count", "p(5)", "med", "p(95)", "p(99)", "max"],
    userAgent: "orders-load",
  };
}

function executorOf(plan: Plan): Executor {
  const { scenario, rate, duration } = plan;
  const perMinute = (progress: number) => Math.max(1, Math.round(60 * rateAt(plan, progress)));
  const requests = rate * REQUESTS[scenario].length;
  if (isSequential(plan)) {
    return { executor: "per-vu-iterations", vus: 1, iterations: iterationsOf(plan), maxDuration: "1h" };
  }
  if (isRamp(plan)) {
    return {
      executor: "ramping-arrival-rate",
      timeUnit: "1m",
      startRate: perMinute(0),
      stages: [{ duration: `${duration}s`, target: perMinute(1) }],
      // No more, so that k6 drops an iteration once as many orders are unanswered as arrive in a second: it fell behind.
      preAllocatedVUs: Math.ceil(requests),
    };
  }
  const maxVUs = Math.min(Math.ceil(requests * REQUEST_TIMEOUT_SECONDS), iterationsOf(plan)) + 10;
  return {
    executor: "constant-arrival-rate",
    timeUnit: "1m",
    rate: perMinute(1),
    duration: `${duration}s`,
    // Under overload orders wait for their responses, and k6 starts further VUs too slowly for a spike.
    preAllocatedVUs: retriesBusy(plan) ? Math.min(maxVUs, 1_010) : Math.ceil(requests) + 10,
    maxVUs,
  };
}

/** Time-out of a request; API Gateway's own is 29. */
export const REQUEST_TIMEOUT_SECONDS = 30;

/** The requests of each scenario that have service levels, by the names under which they are measured. */
export const REQUESTS = {
  place: ["POST /orders"],
  journey: ["POST /orders", "GET /products", "GET /orders/{orderId}", "GET /orders"],
} as const satisfies Record<Scenario, readonly string[]>;

/** The service levels that k6 evaluates. A run is aborted once one is clearly missed. */
function thresholdsOf(plan: Plan): NonNullable<Options["thresholds"]> {
  const { scenario, hasFloor, p95, p99 } = plan;
  const level = (threshold: string) => ({ threshold, abortOnFail: true, delayAbortEval: "10s" });
  const times = [...(p95 ? [level(`p(95)<${p95}`)] : []), ...(p99 ? [level(`p(99)<${p99}`)] : [])];
  // k6 measures requests of one name apart where there are thresholds for them, even none.
  const durations = REQUESTS[scenario].map((name) => [durationOf(name), times]);
  return {
    http_req_failed: [level("rate<0.01")],
    checks: [level("rate>0.99")],
    ...(isRamp(plan) && { dropped_iterations: [level("count<1")] }),
    ...Object.fromEntries(durations),
    ...(hasFloor && { [durationOf(FLOOR)]: [] }),
  };
}

/** The name of requests that measure the floor. */
export const FLOOR = "floor";

/** k6's metric for the response times of requests of one name. */
export function durationOf(name: string): string {
  return `http_req_duration{name:${name}}`;
}
