import type { OrderCreated } from "../../domain/contract/responses.ts";
import type { ApiFailure, ApiResult } from "./api.ts";

/**
 * An order whose outcome is not known yet. It is stored before the request is sent, so that it can be sent again under the
 * same key after a reload, a crash or a lost response.
 */
export interface Submission {
  /** The Idempotency-Key. */
  key: string;
  /** When it was first sent, in milliseconds since 1970. */
  since: number;
  /** All bodies, as JSON, that may have been accepted under the key, the latest one last. */
  bodies: string[];
  /** Whether the response was still outstanding. */
  isInFlight: boolean;
}

/** Validates a stored submission. */
export function isSubmission(value: Partial<Submission> | null): boolean {
  return typeof value?.key === "string" && typeof value.since === "number" && Array.isArray(value.bodies);
}

/** How long sending again is safe: the API remembers keys for 24 hours; an hour is the margin. */
const KEY_LIFETIME_MS = 23 * 60 * 60 * 1_000;

/** Whether the API may have forgotten the key, so that sending again might place a second order. */
export function isExpired({ since }: Submission, now: number): boolean {
  return now - since > KEY_LIFETIME_MS;
}

/** What to store before a body is sent. Earlier bodies with the same key are kept, since they may have been accepted. */
export function recordAttempt(before: Submission | undefined, key: string, body: string, now: number): Submission {
  const earlier = before?.key === key ? before : { since: now, bodies: [] };
  const bodies = [...earlier.bodies.filter((each) => each !== body), body];
  return { key, since: earlier.since, bodies, isInFlight: true };
}

/** What to store once a body's outcome is known: nothing if the order is placed or no body can have been accepted. */
export function recordOutcome(submission: Submission, body: string, { kind }: Outcome): Submission | undefined {
  if (kind === "placed") return undefined;
  const bodies = kind === "rejected" ? submission.bodies.filter((each) => each !== body) : submission.bodies;
  return bodies.length === 0 ? undefined : { ...submission, bodies, isInFlight: false };
}

/** The outcome of a submission. */
export type Outcome =
  /** The order was placed, perhaps by an earlier body whose response was lost. */
  | { kind: "placed"; orderId: string; isEarlier: boolean }
  /** The latest body was rejected. */
  | { kind: "rejected"; failure: ApiFailure }
  /** The outcome is unknown. Sending again is safe. */
  | { kind: "unknown"; failure: ApiFailure };

/** Pauses between attempts, unless the API asks for longer ones, and the longest that a customer is made to wait. */
const PAUSES_MS = [1_000, 2_000];
const LONGEST_PAUSE_MS = 5_000;

/** Sends requests and waits between them. */
export interface Transport {
  send(key: string, body: string): Promise<ApiResult<OrderCreated>>;
  pause(ms: number): Promise<void>;
}

/** Sends a submission until its outcome is known, at most three times. */
export async function submit({ key, bodies }: Submission, transport: Transport): Promise<Outcome> {
  const [latest = "", ...earlier] = bodies.toReversed();
  const outcome = await send(key, latest, transport);
  if (outcome.kind !== "rejected" || !isKeyReused(outcome.failure)) return outcome;
  // An earlier body was accepted after all. Sent again, it returns the order it placed.
  for (const body of earlier) {
    const found = await send(key, body, transport);
    if (found.kind === "placed") return { ...found, isEarlier: true };
    if (found.kind === "unknown") return found;
  }
  return outcome;
}

/** Whether the key was used with another body. */
export function isKeyReused({ problem }: ApiFailure): boolean {
  return problem?.type === "urn:orders:problem:idempotency-key-reused";
}

/** Whether the same request may succeed later. */
function isRetryable({ status }: ApiFailure): boolean {
  // 409: another request with the same Idempotency-Key is in progress.
  return status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
}

async function send(key: string, body: string, transport: Transport): Promise<Outcome> {
  for (let attempt = 0; ; attempt++) {
    const result = await transport.send(key, body);
    if (result.ok) return { kind: "placed", orderId: result.body.orderId, isEarlier: false };
    if (!isRetryable(result)) return { kind: "rejected", failure: result };
    const pause = Math.max(PAUSES_MS[attempt] ?? Infinity, result.retryAfterMs ?? 0);
    if (pause > LONGEST_PAUSE_MS) return { kind: "unknown", failure: result };
    await transport.pause(pause);
  }
}
