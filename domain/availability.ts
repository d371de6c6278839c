import type { PlaceOrder } from "./contract/order-request.ts";
import { Problem, type Violation } from "./problem.ts";

/** Adds up the units of each product over all lines of an order. */
export function unitsByProduct(items: PlaceOrder["items"]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { productId, quantity } of items) units.set(productId, (units.get(productId) ?? 0) + quantity);
  return units;
}

/**
 * Refuses an order for more than is available now, so that its customer learns it at once. Only the reservation decides: other
 * orders may be faster.
 *
 * @param catalogue - Available units of every product in the order.
 * @throws Problem `out-of-stock` that names each line from which on the stock doesn't suffice, and how many units there are.
 */
export function checkStock(items: PlaceOrder["items"], catalogue: ReadonlyMap<string, { stock: number }>): void {
  const errors: Violation[] = [];
  const units = new Map<string, number>();
  for (const [index, { productId, quantity }] of items.entries()) {
    const ordered = (units.get(productId) ?? 0) + quantity;
    units.set(productId, ordered);
    const stock = catalogue.get(productId)?.stock ?? 0;
    if (ordered > stock) errors.push({ pointer: `/items/${index}/quantity`, detail: shortage(productId, stock) });
  }
  if (errors.length === 0) return;
  throw new Problem("out-of-stock", "There is too little stock for this order; `errors` says of what.", { errors });
}

function shortage(productId: string, stock: number): string {
  if (stock === 0) return `${productId} is sold out.`;
  return stock === 1 ? `There is only 1 unit of ${productId}.` : `There are only ${stock} units of ${productId}.`;
}
