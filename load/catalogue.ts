// Products that only load tests order, so that whatever is missing from their stock was taken by the run.

interface Product {
  productId: string;
  name: string;
  /** In the shop's currency, whichever it is. */
  price: number;
}

/** Several, as every order changes its products' stock: a single product would be a bottleneck that no real shop has. */
export const PRODUCTS: readonly Product[] = Array.from({ length: 10 }, (_, index) => ({
  productId: `LOAD-${index}`,
  name: `Load test ${index}`,
  price: 5 + index,
}));

/** Units of each at the start of a run: more than any run takes. */
export const STOCK = 10_000_000;

/** The items of the order with this number: one to three products, one to three units of each. */
export function itemsOf(index: number): { productId: string; quantity: number }[] {
  return Array.from({ length: 1 + (index % 3) }, (_, line) => ({
    productId: `LOAD-${(index + 3 * line) % PRODUCTS.length}`,
    quantity: 1 + ((index + line) % 3),
  }));
}

/** The payment method of the order with this number. One in twenty is declined, to exercise compensation, too. */
export function paymentMethodOf(index: number): string {
  return index % 20 === 19 ? DECLINED : "pm_card_visa";
}

/** A test value of both the simulated gateway and Stripe. */
export const DECLINED = "pm_card_chargeDeclined";
