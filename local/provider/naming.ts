import { createHash } from "node:crypto";
import type { Values } from "./properties.ts";
import type { AutoName } from "./resource-type.ts";

/** What the official provider adds to a logical name: a dash and this many hexadecimal digits. */
const RANDOM_DIGITS = 7;

/**
 * A name for a resource that the program gave none: `<logical name>-<7 hexadecimal digits>`.
 *
 * @param seed - Random bytes that the engine draws for each deployment: the same seed gives the same name.
 */
export function physicalName(logicalName: string, seed: Uint8Array, rule: AutoName, inputs: Values): string {
  const random = createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, RANDOM_DIGITS);
  const ending = `-${random}${rule.suffix?.(inputs) ?? ""}`;
  return `${logicalName.slice(0, rule.maxLength - ending.length)}${ending}`;
}
