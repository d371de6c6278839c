import type { Product } from "../../domain/contract/responses.ts";
import { type Basket, quantityOf } from "./basket.ts";
import { byId, fromTemplate, query, showList } from "./dom.ts";
import { onAdd, showProduct } from "./product-view.ts";

/**
 * Shows products, with their quantities in the basket.
 *
 * @param hasMore - Whether the catalogue has more of them.
 * @param add - Adds a product to the basket.
 */
export function showCatalogue(
  products: readonly Product[],
  hasMore: boolean,
  basket: Basket,
  add: (productId: string) => void,
): void {
  const list = byId("products");
  list.ariaBusy = "false";
  byId("more").hidden = !hasMore;
  showList(
    list,
    products,
    ({ productId }) => productId,
    ({ productId }) => createTile(productId, add),
    (tile, product) => showProduct(tile, product, quantityOf(basket, product.productId)),
  );
}

/** Reserves the room of products that are about to be loaded, so that the browser finds the place where it had been. */
export function reserveTiles(count: number): void {
  const list = byId("products");
  while (list.childElementCount < count) list.append(query(list, ".skeleton").cloneNode());
}

/** Moves the focus to the link of a product in the list. */
export function focusTile(index: number): void {
  const tile = byId("products").children[index];
  if (tile) query(tile, "a").focus();
}

function createTile(productId: string, add: (productId: string) => void): HTMLElement {
  const tile = fromTemplate("product-template");
  query<HTMLAnchorElement>(tile, "a").href = `product.html?id=${productId}`;
  onAdd(tile, () => add(productId));
  return tile;
}
