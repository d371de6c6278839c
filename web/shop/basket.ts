import type { Product } from "../../domain/contract/responses.ts";
import { fromMinor, toMinor, totalOf } from "../../domain/money.ts";
import { MAX_QUANTITY } from "../../domain/quantities.ts";

/** One product in the basket. */
export interface BasketLine {
  productId: string;
  /** The name when the product was added: shown until the catalogue is loaded, or if the product is no longer sold. */
  name: string;
  quantity: number;
}

/**
 * What a customer is about to order. Its id is the order's Idempotency-Key, which stays the same until the order has been
 * placed. So the basket is ordered only once, no matter how often and from how many tabs it is sent.
 */
export interface Basket {
  id: string;
  lines: BasketLine[];
}

/**
 * The quantity that can be ordered instead of one that was asked for, and why it is another one, as a sentence.
 *
 * @param requested - NaN if no quantity was typed.
 * @param before - What it was until now.
 */
export function orderableQuantity(
  requested: number,
  before: number,
  stock: number,
): { quantity: number; note?: string } {
  const most = Math.max(Math.min(stock, MAX_QUANTITY), 1);
  const quantity = Math.min(Number.isNaN(requested) ? before : Math.trunc(requested), most);
  // That it is sold out is said anyway.
  if (quantity === requested || stock === 0) return { quantity };
  const limit = most < MAX_QUANTITY ? `Only ${most} available` : `At most ${MAX_QUANTITY} can be ordered`;
  const reason = requested > most ? limit : "Enter a whole number, at least 1";
  return { quantity, note: `${reason}: the quantity is ${quantity}.` };
}

/** Returns the basket with a product's quantity changed; 0 removes the product. */
export function withQuantity(
  basket: Basket,
  { productId, name }: Omit<BasketLine, "quantity">,
  quantity: number,
): Basket {
  const line = { productId, name, quantity: Math.min(Math.trunc(quantity), MAX_QUANTITY) };
  const exists = basket.lines.some((each) => each.productId === productId);
  const lines = exists
    ? basket.lines.map((each) => (each.productId === productId ? line : each))
    : [...basket.lines, line];
  return { ...basket, lines: lines.filter((each) => each.quantity >= 1) };
}

/** A product's quantity in the basket. */
export function quantityOf({ lines }: Basket, productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** The sum of all quantities in the basket. */
export function countItems({ lines }: Basket): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Products by id; undefined for ids of which none is sold. */
export type Catalogue = ReadonlyMap<string, Product | undefined>;

/** The basket's total at the catalogue's prices. Products that are no longer sold don't count. */
export function totalAmount({ lines }: Basket, catalogue: Catalogue): number {
  const currency = currencyOf(catalogue);
  const prices = lines.map(({ productId, quantity }) => {
    return { quantity, unitPriceMinor: toMinor(catalogue.get(productId)?.price ?? 0, currency) };
  });
  return fromMinor(totalOf(prices), currency);
}

/** The currency of all prices (ISO 4217). An empty catalogue has none, and any one serves. */
export function currencyOf(catalogue: Catalogue): string {
  return catalogue.values().next().value?.currency ?? "USD";
}

/** Why a line can't be ordered, as a sentence, if it can't. */
export function lineError({ productId, name, quantity }: BasketLine, catalogue: Catalogue): string | undefined {
  const product = catalogue.get(productId);
  if (!product) return `${name} is no longer sold. Remove it to continue.`;
  if (product.stock === 0) return `${name} is sold out. Remove it to continue.`;
  if (product.stock < quantity)
    return `There ${product.stock === 1 ? "is" : "are"} only ${product.stock} of ${name} left.`;
  return undefined;
}
