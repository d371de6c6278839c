import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { Problem } from "./problem.ts";

/** How long a key is remembered: 24 hours. */
export const KEY_LIFETIME_SECONDS = 24 * 60 * 60;

/** The record of the first request with a key. */
export interface IdempotencyRecord {
  /** The {@link fingerprint} of the request's body. */
  fingerprint: string;
  /** The order that the request placed, if it placed one. */
  orderId?: string;
  /** The body of the first response, as JSON. */
  response: string;
  /** When the key is forgotten, in seconds since 1970. */
  expiresAt: number;
}

/** A hash of a body's content. It doesn't depend on how the JSON is formatted (RFC 8785). */
export function fingerprint(request: object): string {
  return sha256(canonicalize(request) ?? "");
}

/**
 * Visible ASCII: the only characters that every intermediary passes on unchanged. With others, a retry could arrive with a
 * different key, and place a second order.
 */
export const KEY_PATTERN = /^[!-~]{1,255}$/;

/** A key as it is stored: of fixed length, and without any data that a caller may have put into it. */
export function hashKey(key: string): string {
  return sha256(key);
}

/**
 * Validates the value of an `Idempotency-Key` header.
 *
 * @throws Problem `validation` unless it matches {@link KEY_PATTERN}.
 */
export function validateKey(key: string): string {
  if (KEY_PATTERN.test(key)) return key;
  const detail = `The Idempotency-Key must be 1 to 255 visible ASCII characters without spaces; this one has ${key.length} characters.`;
  throw new Problem("validation", detail);
}

/**
 * Validates the value of an `Idempotency-Key` header of a request that must have one.
 *
 * @throws Problem `validation` if it is missing, or doesn't match {@link KEY_PATTERN}.
 */
export function requireKey(key: string | undefined): string {
  if (key !== undefined) return validateKey(key);
  const detail =
    "The header Idempotency-Key is missing. Send one, and the same with each retry: so nothing is done twice.";
  throw new Problem("validation", detail);
}

/**
 * The response to a request with a known key: the first response, as JSON.
 *
 * @throws Problem `idempotency-key-reused` if the first request had another body.
 */
export function replay(record: IdempotencyRecord, request: object): string {
  if (record.fingerprint === fingerprint(request)) return record.response;
  const detail = "This Idempotency-Key was already used with another body. Use a new key for a new request.";
  throw new Problem("idempotency-key-reused", detail);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
