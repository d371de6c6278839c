/** Products that only load tests order, so that what is taken from their stock is the run's. */

interface Product {
  productId: string;
  name: string;
  /** Dollars. */
  price: number;
}

/** Several, as one alone would be a bottleneck that no shop has: every order changes its products' stock. */
export const PRODUCTS: readonly Product[] = Array.from({ length: 10 }, (_, index) => ({
  productId: `LOAD-${index}`,
  name: `Load test ${index}`,
  price: (500 + 137 * index) / 100,
}));

/** Pieces of each at the start of a run: more than any takes. */
export const STOCK = 10_000_000;

/** What the order with this number asks for: one to three products, one to three pieces of each. */
export function itemsOf(index: number): { productId: string; quantity: number }[] {
  return Array.from({ length: 1 + (index % 3) }, (_, line) => ({
    productId: `LOAD-${(index + 3 * line) % PRODUCTS.length}`,
    quantity: 1 + ((index + line) % 3),
  }));
}

/** What it is paid with. One of twenty is declined, so that there is something to undo, too. */
export function paymentMethodOf(index: number): string {
  return index % 20 === 19 ? DECLINED : "pm_card_visa";
}

/** A test value of the simulated gateway, and of Stripe. */
export const DECLINED = "pm_card_chargeDeclined";
