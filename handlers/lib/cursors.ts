import { type Listing, verifyCursor } from "../../domain/cursor.ts";
import { verifySigned } from "./signing-secrets.ts";

/**
 * Reads a cursor's position.
 *
 * @throws Problem `invalid-cursor` if this system did not create the cursor for this listing.
 */
export function positionOf(cursor: string, listing: Listing): Promise<string> {
  return verifySigned((secrets) => verifyCursor(cursor, listing, secrets));
}
