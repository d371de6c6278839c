import type { PlaceOrder } from "./contract/order-request.ts";
import { fromMinor, toMinor, totalOf } from "./money.ts";
import { Problem, type Violation } from "./problem.ts";

/** What an order needs to know of a product, but its stock. */
interface CataloguePrice {
  name: string;
  /** For one unit, in minor units. */
  priceMinor: number;
  /** Whether it can be ordered. Absent in products of version 0.1, which can. */
  active?: boolean;
}

/** A product as it can be ordered. */
export interface CatalogueProduct extends CataloguePrice {
  /** Available units. */
  stock: number;
}

/** An order's line, with the product's name and price when the order was placed. */
export interface OrderLine {
  productId: string;
  name: string;
  quantity: number;
  /** For one unit, in minor units. */
  unitPriceMinor: number;
}

/** An order's lines, one per product, and their total in the shop's currency. */
export interface PricedLines {
  lines: OrderLine[];
  /** Minor units. */
  totalMinor: number;
  /** ISO 4217. */
  currency: string;
}

/**
 * Prices an order from the catalogue, and merges lines of the same product.
 *
 * @param currency - The shop's, in which the catalogue's prices are.
 * @throws Problem `order-rejected` that lists every unknown or inactive product, and every price or total of the request that differs
 * from the catalogue's: customers pay only prices that they have seen.
 */
export function priceOrder(
  order: Pick<PlaceOrder, "items" | "totalAmount">,
  catalogue: ReadonlyMap<string, CataloguePrice>,
  currency: string,
): PricedLines {
  const violations: Violation[] = [];
  const lines = new Map<string, OrderLine>();
  for (const [index, { productId, quantity, price }] of order.items.entries()) {
    const product = catalogue.get(productId);
    if (!product) {
      violations.push({ pointer: `/items/${index}/productId`, detail: `There is no product ${productId}.` });
      continue;
    }
    const { name, priceMinor, active = true } = product;
    if (!active) {
      violations.push({ pointer: `/items/${index}/productId`, detail: `${productId} is not for sale at the moment.` });
    }
    if (price !== undefined && toMinor(price, currency) !== priceMinor) {
      const detail = `The price of ${productId} is ${fromMinor(priceMinor, currency)}, not ${price}.`;
      violations.push({ pointer: `/items/${index}/price`, detail });
    }
    const before = lines.get(productId)?.quantity ?? 0;
    lines.set(productId, { productId, name, quantity: before + quantity, unitPriceMinor: priceMinor });
  }

  const priced = [...lines.values()];
  const totalMinor = totalOf(priced);
  // Without the price of an unknown product there is no total to compare.
  const isComplete = order.items.every(({ productId }) => catalogue.has(productId));
  if (isComplete && order.totalAmount !== undefined && toMinor(order.totalAmount, currency) !== totalMinor) {
    const detail = `The total is ${fromMinor(totalMinor, currency)}, not ${order.totalAmount}.`;
    violations.push({ pointer: "/totalAmount", detail });
  }
  if (violations.length > 0) {
    const detail =
      "The order doesn't match the catalogue; `errors` says where. GET /products lists products and prices.";
    throw new Problem("order-rejected", detail, { errors: violations });
  }
  return { lines: priced, totalMinor, currency };
}
