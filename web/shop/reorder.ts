import type { PublicOrder } from "../../domain/contract/responses.ts";
import { quantityOf, withQuantity } from "./basket.ts";
import { BasketStore } from "./basket-store.ts";

/** Adds an order's items to the basket and goes to the checkout. */
export function reorder({ items }: PublicOrder): void {
  const store = new BasketStore(() => {});
  for (const item of items) {
    const { basket } = store;
    store.basket = withQuantity(basket, item, quantityOf(basket, item.productId) + item.quantity);
  }
  location.assign("index.html#checkout");
}
