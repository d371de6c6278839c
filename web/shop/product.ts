// A product's page, product.html?id=<product id>.

import type { Product } from "../../domain/contract/responses.ts";
import { getProduct } from "./api.ts";
import { countItems, quantityOf, withQuantity } from "./basket.ts";
import { BasketStore } from "./basket-store.ts";
import { announce, byId, keepFragment, query } from "./dom.ts";
import { onAdd, showProduct } from "./product-view.ts";

type Section = "product" | "missing" | "failed";

const productId = new URLSearchParams(location.search).get("id") ?? "";
const store = new BasketStore(render);
let product: Product | undefined;

async function load(): Promise<void> {
  const result = await getProduct(productId);
  if (!result.ok) return show("failed");
  product = result.body;
  if (!product) {
    // Every file is found, so only this tells search engines that there is no such page.
    document.head.append(Object.assign(document.createElement("meta"), { name: "robots", content: "noindex" }));
    return show("missing");
  }
  const canonical = { rel: "canonical", href: `product.html?id=${productId}` };
  document.head.append(Object.assign(document.createElement("link"), canonical));
  byId("description").textContent = product.description ?? "";
  render();
  show("product");
}

function render(): void {
  byId("basket-count").textContent = String(countItems(store.basket));
  if (!product) return;
  const inBasket = quantityOf(store.basket, productId);
  showProduct(byId("product"), product, inBasket);
  byId("to-checkout").hidden = inBasket === 0;
}

function show(shown: Section): void {
  for (const section of ["product", "missing", "failed"] satisfies Section[]) byId(section).hidden = section !== shown;
  byId("main").ariaBusy = "false";
  const heading = query(byId(shown), "h1").textContent ?? "";
  document.title = `${heading} – Everyday Supply`;
  announce(heading);
}

function add(): void {
  if (!product) return;
  const { name, stock } = product;
  const requested = quantityOf(store.basket, productId) + 1;
  const quantity = Math.min(requested, stock);
  store.basket = withQuantity(store.basket, product, quantity);
  announce(`${name}: ${quantity} in basket.${quantity < requested ? ` Only ${stock} available.` : ""}`);
}

keepFragment();
onAdd(byId("product"), add);
byId("retry").addEventListener("click", () => {
  void load().then(() => byId("failed").hidden && byId("main").focus());
});

// Reload a page restored from the back/forward cache: its price and stock may be outdated.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

render();
void load();
