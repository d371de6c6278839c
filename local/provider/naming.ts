import { createHash } from "node:crypto";

/** What the official provider adds to a logical name: a dash and this many hexadecimal digits. */
const RANDOM_DIGITS = 7;

/**
 * A name for a resource that the program gave none: `<logical name>-<7 hexadecimal digits>`.
 *
 * @param seed - Random bytes that the engine draws for each deployment: the same seed gives the same name.
 * @param maxLength - The longest name that the service takes, in characters.
 */
export function physicalName(logicalName: string, seed: Uint8Array, maxLength: number): string {
  const random = createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, RANDOM_DIGITS);
  return `${logicalName.slice(0, maxLength - RANDOM_DIGITS - 1)}-${random}`;
}
