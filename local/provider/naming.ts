import { createHash } from "node:crypto";

/** Hexadecimal digits that the official provider appends to a logical name. */
const RANDOM_DIGITS = 7;

/**
 * The name of a resource that the program doesn't name: `<logical name>-<7 hexadecimal digits>`.
 *
 * @param seed - The engine's random bytes for the resource: the same seed gives the same name.
 * @param maxLength - The service's limit, in characters.
 */
export function physicalName(logicalName: string, seed: Uint8Array, maxLength: number): string {
  const random = createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, RANDOM_DIGITS);
  return `${logicalName.slice(0, maxLength - RANDOM_DIGITS - 1)}-${random}`;
}
