import type { Product } from "../../domain/contract/responses.ts";
import { toMinor } from "../../domain/money.ts";
import { type Basket, type Catalogue, quantityOf } from "./basket.ts";
import { byId, fromTemplate, part, showList } from "./dom.ts";
import { drawArtwork } from "./draw-artwork.ts";
import { dollars } from "./format.ts";

/** From how many pieces down a tile says how many are left. */
const FEW = 20;

/** Shows what is sold, and how much of it is in the basket already. */
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
  part(tile, ".art").append(drawArtwork(productId));
  const button = part<HTMLButtonElement>(tile, "button");
  button.addEventListener("click", () => {
    if (button.ariaDisabled !== "true") add(productId);
  });
  return tile;
}

function updateTile(tile: HTMLElement, { name, price, stock }: Product, inBasket: number): void {
  part(tile, ".product-name").textContent = name;
  part(tile, ".price").textContent = dollars(toMinor(price));
  const stockLabel = part(tile, ".stock");
  stockLabel.textContent = stock === 0 ? "Sold out" : stock <= FEW ? `Only ${stock} left` : "In stock";
  stockLabel.dataset.level = stock === 0 ? "none" : stock <= FEW ? "few" : "good";
  const button = part<HTMLButtonElement>(tile, "button");
  part(tile, ".in-basket").textContent = inBasket > 0 ? `${inBasket} in basket` : "";
  button.textContent = stock === 0 ? "Sold out" : inBasket > 0 ? "Add another" : "Add to basket";
  button.ariaLabel = `${button.textContent}: ${name}`;
  // Not `disabled`: whoever is on the button when the last piece goes keeps their place.
  button.ariaDisabled = String(stock === 0);
}
