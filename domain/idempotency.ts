import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { PlaceOrder } from "./contract/order-request.ts";
import { Problem } from "./problem.ts";

/** How long a key is remembered: 24 hours. */
export const KEY_LIFETIME_SECONDS = 24 * 60 * 60;

/** What is remembered of the first request with a key. */
export interface IdempotencyRecord {
  /** Of the first request's body, by {@link fingerprint}. */
  fingerprint: string;
  orderId: string;
  /** The body of the first answer, as JSON. */
  response: string;
  /** When the key is forgotten, in seconds since 1970. */
  expiresAt: number;
}

/** Two bodies have the same fingerprint if they ask for the same, however their JSON is written (RFC 8785). */
export function fingerprint(request: PlaceOrder): string {
  return sha256(canonicalize(request) ?? "");
}

/**
 * A key: visible ASCII, the only characters that arrive as the same bytes whoever passes a header on. What else a key had
 * could come as another key the second time, and order twice.
 */
export const KEY_PATTERN = /^[!-~]{1,255}$/;

/** A key as it is stored: of fixed length, and nothing that a caller may have put into it is kept. */
export function hashKey(key: string): string {
  return sha256(key);
}

/**
 * Checks a value of the header `Idempotency-Key`.
 *
 * @throws Problem `validation` if it is none that {@link KEY_PATTERN} takes.
 */
export function checkKey(key: string): string {
  if (KEY_PATTERN.test(key)) return key;
  const detail = `The Idempotency-Key must be 1 to 255 visible ASCII characters without spaces; this one has ${key.length} characters.`;
  throw new Problem("validation", detail);
}

/**
 * The answer to a request whose key is remembered: the first answer, as JSON.
 *
 * @throws Problem `idempotency-key-reused` if the first request asked for something else.
 */
export function replay(record: IdempotencyRecord, request: PlaceOrder): string {
  if (record.fingerprint === fingerprint(request)) return record.response;
  const detail = "This Idempotency-Key was already used with another body. Use a new key for a new order.";
  throw new Problem("idempotency-key-reused", detail);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
