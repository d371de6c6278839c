import type { Product } from "../../domain/contract/responses.ts";
import { formatMoney } from "../../domain/money.ts";
import { type Basket, type Catalogue, quantityOf } from "./basket.ts";
import { byId, fromTemplate, query, showList } from "./dom.ts";
import { drawArtwork } from "./draw-artwork.ts";

/** Up to this stock, a tile says how many are left. */
const LOW_STOCK = 20;

/** Shows the products, with their quantities in the basket. */
export function showCatalogue(catalogue: Catalogue, basket: Basket, add: (productId: string) => void): void {
  const list = byId("products");
  list.ariaBusy = "false";
  showList(
    list,
    [...catalogue.values()],
    ({ productId }) => productId,
    ({ productId }) => createTile(productId, add),
    (tile, product) => updateTile(tile, product, quantityOf(basket, product.productId)),
  );
}

function createTile(productId: string, add: (productId: string) => void): HTMLElement {
  const tile = fromTemplate("product-template");
  query(tile, ".art").append(drawArtwork(productId));
  const button = query<HTMLButtonElement>(tile, "button");
  button.addEventListener("click", () => {
    if (button.ariaDisabled !== "true") add(productId);
  });
  return tile;
}

function updateTile(tile: HTMLElement, { name, price, currency, stock }: Product, inBasket: number): void {
  query(tile, ".product-name").textContent = name;
  query(tile, ".price").textContent = formatMoney(price, currency);
  const stockLabel = query(tile, ".stock");
  stockLabel.textContent = stock === 0 ? "Sold out" : stock <= LOW_STOCK ? `Only ${stock} left` : "In stock";
  stockLabel.dataset.level = stock === 0 ? "none" : stock <= LOW_STOCK ? "few" : "good";
  const button = query<HTMLButtonElement>(tile, "button");
  query(tile, ".in-basket").textContent = inBasket > 0 ? `${inBasket} in basket` : "";
  button.textContent = stock === 0 ? "Sold out" : inBasket > 0 ? "Add another" : "Add to basket";
  button.ariaLabel = `${button.textContent}: ${name}`;
  // Not `disabled`, which would take the focus away from the button.
  button.ariaDisabled = String(stock === 0);
}
