import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { BookStock, PatchProduct, PutProduct } from "./contract/schemas.ts";
import { toMinor } from "./money.ts";
import { Problem } from "./problem.ts";

/** What describes a product. No sale and no booking changes it. */
export interface Description {
  name: string;
  /** For one unit, in minor units of the shop's currency. */
  priceMinor: number;
  description?: string;
  /** An https URL, or a path of the website. */
  image?: string;
  /** Whether customers see it and can order it. */
  active: boolean;
}

/** The description that a `PUT` asks for. What it leaves out, the product doesn't have; but it is active. */
export function describe(
  { name, price, description, image, active = true }: PutProduct,
  currency: string,
): Description {
  return {
    name,
    priceMinor: toMinor(price, currency),
    ...(description !== undefined && { description }),
    ...(image !== undefined && { image }),
    active,
  };
}

/**
 * The stock that a new product begins with.
 *
 * @returns Undefined if the product exists.
 * @throws Problem `validation` for a new product without stock; `stock-is-booked` for stock of one that exists.
 */
export function openingStock(productId: string, { stock }: PutProduct, exists: boolean): BookStock | undefined {
  const pointer = "/stock";
  if (exists && stock !== undefined) {
    const detail = `The product exists, so its stock is booked: POST /products/${productId}/stock. Leave it out here.`;
    throw new Problem("stock-is-booked", detail, { errors: [{ pointer, detail }] });
  }
  if (exists) return undefined;
  if (stock !== undefined) return { count: stock, expected: 0, reason: "RECEIVED" };
  const detail = "A new product needs a stock. It is left out only when the product exists.";
  throw new Problem("validation", detail, { errors: [{ pointer, detail }] });
}

/** Changes a description as a JSON merge patch says (RFC 7396): null removes a field. */
export function patch(before: Description, { price, ...change }: PatchProduct, currency: string): Description {
  const merged = { ...before, ...change, ...(price !== undefined && { priceMinor: toMinor(price, currency) }) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as unknown as Description;
}

/** The entity tag of a description, a strong one (RFC 9110, section 8.8.3). */
export function etagOf({ name, priceMinor, description, image, active }: Description): string {
  const fields = canonicalize({ name, priceMinor, description, image, active }) ?? "";
  return `"${createHash("sha256").update(fields).digest("hex").slice(0, 32)}"`;
}

/**
 * Checks the precondition of a change.
 *
 * @param ifMatch - The header `If-Match`, if there is one: `*`, or entity tags.
 * @param current - Undefined if there is no such product.
 * @throws Problem `precondition-failed` if it doesn't hold.
 */
export function checkIfMatch(ifMatch: string | undefined, current: Description | undefined): void {
  if (ifMatch === undefined) return;
  if (current && ifMatch.trim() === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (current && tags.includes(etagOf(current))) return;
  const detail = current
    ? `Somebody changed the product in the meantime: its ETag is ${etagOf(current)}. Read it again, and decide anew.`
    : "There is no product with this id that could match.";
  throw new Problem("precondition-failed", detail);
}

/** The answer about a product that doesn't exist. */
export function productNotFound(): Problem {
  return new Problem("not-found", "There is no product with this id.");
}
