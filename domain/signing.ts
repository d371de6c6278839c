import { timingSafeEqual } from "node:crypto";

/** The secrets that cursors and orders' tokens are signed with. */
export interface SigningSecrets {
  current: string;
  /** The secret before the last rotation. What it signed is still accepted. */
  previous?: string;
}

/**
 * Whether a text was signed with one of the secrets.
 *
 * @param sign - Signs what the text says, as the signer did. @returns The whole text, signature included.
 */
export function isSigned(
  text: string,
  { current, previous }: SigningSecrets,
  sign: (secret: string) => string,
): boolean {
  const secrets = previous ? [current, previous] : [current];
  return secrets.some((secret) => isEqual(sign(secret), text));
}

/** Compares in constant time, so that timing reveals nothing about a signature. */
function isEqual(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
