import { createHmac, hkdfSync } from "node:crypto";
import { isSigned, type SigningSecrets } from "./signing.ts";

/** How long a token opens its order: 90 days. */
const LIFETIME_SECONDS = 90 * 24 * 3_600;

/**
 * Signs an order's token, `expiry.signature`: whoever has it is the order's customer, who needs no account. The expiry is in
 * seconds since 1970, in base 36, and the signature base64url. The same order and time always give the same token.
 *
 * @param issuedAt - Milliseconds since 1970.
 */
export function signOrderToken(orderId: string, issuedAt: number, secrets: SigningSecrets): string {
  return signed(orderId, Math.floor(issuedAt / 1_000) + LIFETIME_SECONDS, secrets.current);
}

/**
 * Whether a token opens the order: {@link signOrderToken} made it for this order, and it has not expired.
 *
 * @param now - Milliseconds since 1970.
 */
export function isOrderToken(token: string, orderId: string, secrets: SigningSecrets, now = Date.now()): boolean {
  const expiresAt = Number.parseInt(token.split(".")[0] ?? "", 36);
  return expiresAt * 1_000 > now && isSigned(token, secrets, (secret) => signed(orderId, expiresAt, secret));
}

function signed(orderId: string, expiresAt: number, secret: string): string {
  // A key of its own, so that nothing else that is signed with the secret can pass for a token (RFC 5869).
  const key = Buffer.from(hkdfSync("sha256", secret, "", "order-token", 32));
  const signature = createHmac("sha256", key).update(`${orderId}.${expiresAt}`);
  return `${expiresAt.toString(36)}.${signature.digest("base64url")}`;
}
