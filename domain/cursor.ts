import { createHmac, timingSafeEqual } from "node:crypto";
import canonicalize from "canonicalize";
import { Problem } from "./problem.ts";

/** What signs cursors, and what signed them before the last rotation. */
export interface CursorSecrets {
  current: string;
  previous?: string;
}

/** The listing that a cursor belongs to. To every other listing the cursor is foreign. */
export interface Listing {
  kind: "orders" | "products";
  /** What the list is filtered by. */
  filter: Readonly<Record<string, string>>;
}

/**
 * Makes a cursor: the position after which the next page starts, signed together with the listing that it is one in.
 * It reads `position.signature`, both base64url. The position is no secret: it is an id of the page before.
 *
 * One position is enough for a listing merged from any number of shards, as all of them are sorted by the same ids:
 * each goes on after the last id of the page. So a cursor stays valid when the number of shards changes.
 */
export function signCursor(position: string, listing: Listing, secrets: CursorSecrets): string {
  return signed(position, listing, secrets.current);
}

/**
 * Reads a cursor's position.
 *
 * @throws Problem `invalid-cursor` unless {@link signCursor} made the cursor for this listing with one of the secrets.
 */
export function verifyCursor(cursor: string, listing: Listing, { current, previous }: CursorSecrets): string {
  const position = Buffer.from(cursor.split(".")[0] ?? "", "base64url").toString();
  const keys = previous ? [current, previous] : [current];
  if (keys.some((key) => isEqual(signed(position, listing, key), cursor))) return position;
  const detail = "The cursor is not valid for this list and filter. Start again without one.";
  throw new Problem("invalid-cursor", detail, { errors: [{ pointer: "/cursor", detail }] });
}

function signed(position: string, { kind, filter }: Listing, key: string): string {
  const signature = createHmac("sha256", key).update(canonicalize([kind, filter, position]) ?? "");
  return `${Buffer.from(position).toString("base64url")}.${signature.digest("base64url")}`;
}

/** Takes the same time wherever the texts differ, so that a signature can't be guessed bit by bit. */
function isEqual(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
