import { createHmac } from "node:crypto";
import canonicalize from "canonicalize";
import { Problem } from "./problem.ts";
import { isSigned, type SigningSecrets } from "./signing.ts";

/** A list and its filters. A cursor is valid for one listing only. */
export interface Listing {
  kind: "orders" | "products" | "bookings";
  filter: Readonly<Record<string, string>>;
}

/**
 * Signs a cursor, `position.signature`, both base64url. The position is the last id of a page, which is no secret; the
 * signature covers the listing, too.
 *
 * One position is enough for a listing that is merged from several shards: all are sorted by the same ids, and each
 * continues after that id. So cursors stay valid when the number of shards changes.
 */
export function signCursor(position: string, listing: Listing, secrets: SigningSecrets): string {
  return signed(position, listing, secrets.current);
}

/**
 * Verifies a cursor's signature and returns its position.
 *
 * @throws Problem `invalid-cursor` unless {@link signCursor} made it for this listing with one of the secrets.
 */
export function verifyCursor(cursor: string, listing: Listing, secrets: SigningSecrets): string {
  const position = Buffer.from(cursor.split(".")[0] ?? "", "base64url").toString();
  if (isSigned(cursor, secrets, (key) => signed(position, listing, key))) return position;
  const detail = "The cursor is not valid for this list and filter. Start again without one.";
  throw new Problem("invalid-cursor", detail, { errors: [{ pointer: "/cursor", detail }] });
}

function signed(position: string, { kind, filter }: Listing, key: string): string {
  const signature = createHmac("sha256", key).update(canonicalize([kind, filter, position]) ?? "");
  return `${Buffer.from(position).toString("base64url")}.${signature.digest("base64url")}`;
}
