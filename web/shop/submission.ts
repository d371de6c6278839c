import type { OrderCreated } from "../../domain/contract/responses.ts";
import type { Refusal, Reply } from "./api.ts";

/**
 * An order that was sent and whose outcome is not known yet. It is stored before the request leaves, so that it can be
 * sent again, under the same key, after a reload, a crash or a lost answer.
 */
export interface Submission {
  /** The Idempotency-Key. */
  key: string;
  /** When it was first sent, in milliseconds since 1970. */
  since: number;
  /** Every body, as JSON, that may have been accepted under the key; the latest one last. */
  bodies: string[];
  /** Whether the page was still waiting for the answer. */
  isInFlight: boolean;
}

/** Whether it is what it says it is. */
export function isSubmission(value: Partial<Submission> | null): boolean {
  return typeof value?.key === "string" && typeof value.since === "number" && Array.isArray(value.bodies);
}

/** For how long sending again is safe, in milliseconds: the API remembers keys for 24 hours; an hour is kept in hand. */
const SAFE_MS = 23 * 60 * 60 * 1_000;

/** Whether the API may have forgotten the key: sent again, the order might be placed a second time. */
export function isExpired({ since }: Submission, now: number): boolean {
  return now - since > SAFE_MS;
}

/** What to store before a body is sent. What was sent under the same key before is kept: it may have been accepted. */
export function sending(before: Submission | undefined, key: string, body: string, now: number): Submission {
  const earlier = before?.key === key ? before : { since: now, bodies: [] };
  const bodies = [...earlier.bodies.filter((each) => each !== body), body];
  return { key, since: earlier.since, bodies, isInFlight: true };
}

/** What to store once a body's outcome is known; nothing is left to store where no body can have been accepted. */
export function settled(submission: Submission, body: string, { kind }: Outcome): Submission | undefined {
  if (kind === "placed") return undefined;
  const bodies = kind === "refused" ? submission.bodies.filter((each) => each !== body) : submission.bodies;
  return bodies.length === 0 ? undefined : { ...submission, bodies, isInFlight: false };
}

/** What came of a submission. */
export type Outcome =
  /** There is an order. It may be an earlier body's, whose answer was lost, and not the latest one's. */
  | { kind: "placed"; orderId: string; isEarlier: boolean }
  /** The latest body was not accepted, nor will it be. */
  | { kind: "refused"; refusal: Refusal }
  /** Nobody knows. Sending again is safe. */
  | { kind: "unsure"; refusal: Refusal };

/** Pauses between tries, in milliseconds, unless the API asks for longer ones; and how long a customer is kept waiting. */
const PAUSES_MS = [1_000, 2_000];
const LONGEST_PAUSE_MS = 5_000;

/** How a submission reaches the API. */
export interface Transport {
  send(key: string, body: string): Promise<Reply<OrderCreated>>;
  /** Waits for some milliseconds before the next try. */
  pause(ms: number): Promise<void>;
}

/** Sends a submission until there is a clear answer, or some tries have passed. */
export async function submit({ key, bodies }: Submission, transport: Transport): Promise<Outcome> {
  const [latest = "", ...earlier] = bodies.toReversed();
  const outcome = await send(key, latest, transport);
  if (outcome.kind !== "refused" || !isKeyReused(outcome.refusal)) return outcome;
  // So an earlier body was accepted after all. Sent again, it brings the order it made.
  for (const body of earlier) {
    const found = await send(key, body, transport);
    if (found.kind === "placed") return { ...found, isEarlier: true };
    if (found.kind === "unsure") return found;
  }
  return outcome;
}

/** Whether the key was used for another order. */
export function isKeyReused({ problem }: Refusal): boolean {
  return problem?.type === "urn:orders:problem:idempotency-key-reused";
}

/** Whether the same request may succeed later: no answer came, or one that says so. */
function isPassing({ status }: Refusal): boolean {
  // 409 says that another request with the same Idempotency-Key is under way.
  return status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
}

async function send(key: string, body: string, transport: Transport): Promise<Outcome> {
  for (let tries = 0; ; tries++) {
    const reply = await transport.send(key, body);
    if (reply.ok) return { kind: "placed", orderId: reply.body.orderId, isEarlier: false };
    if (!isPassing(reply)) return { kind: "refused", refusal: reply };
    const pause = Math.max(PAUSES_MS[tries] ?? Infinity, reply.retryAfterMs ?? 0);
    if (pause > LONGEST_PAUSE_MS) return { kind: "unsure", refusal: reply };
    await transport.pause(pause);
  }
}
