import type { Product } from "../../domain/contract/responses.ts";
import { toMinor, totalOf } from "../../domain/money.ts";
import { MAX_QUANTITY } from "../../domain/quantities.ts";

/** One product in the basket. */
export interface BasketLine {
  productId: string;
  /** As it was when the product was put in: shown until the catalogue is there, or when it isn't sold any more. */
  name: string;
  quantity: number;
}

/**
 * What a customer is about to order. Its id is the order's Idempotency-Key: it stays the same through all attempts to
 * order, and a new one is given only when the order was placed. So however often and from however many tabs the basket
 * is sent, it is ordered once.
 */
export interface Basket {
  id: string;
  lines: BasketLine[];
}

/** The basket with this many pieces of a product; with none, the product is taken out. */
export function withQuantity(
  basket: Basket,
  { productId, name }: Omit<BasketLine, "quantity">,
  quantity: number,
): Basket {
  const line = { productId, name, quantity: Math.min(Math.trunc(quantity), MAX_QUANTITY) };
  const isIn = basket.lines.some((each) => each.productId === productId);
  const lines = isIn
    ? basket.lines.map((each) => (each.productId === productId ? line : each))
    : [...basket.lines, line];
  return { ...basket, lines: lines.filter((each) => each.quantity >= 1) };
}

/** How many pieces of a product are in the basket. */
export function quantityOf({ lines }: Basket, productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** How many pieces are in the basket. */
export function countPieces({ lines }: Basket): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The catalogue, by product id. */
export type Catalogue = ReadonlyMap<string, Product>;

/** What the basket costs by the catalogue, in cents. Products that aren't sold cost nothing. */
export function totalMinor({ lines }: Basket, catalogue: Catalogue): number {
  const prices = lines.map(({ productId, quantity }) => {
    return { quantity, unitPriceMinor: toMinor(catalogue.get(productId)?.price ?? 0) };
  });
  return totalOf(prices);
}

/** What keeps a line from being ordered, if anything does: a sentence about the product. */
export function obstacleOf({ productId, name, quantity }: BasketLine, catalogue: Catalogue): string | undefined {
  const product = catalogue.get(productId);
  if (!product) return `${name} is no longer sold. Remove it to continue.`;
  if (product.stock === 0) return `${name} is sold out. Remove it to continue.`;
  if (product.stock < quantity)
    return `There ${product.stock === 1 ? "is" : "are"} only ${product.stock} of ${name} left.`;
  return undefined;
}
