import type { Product } from "../../domain/contract/responses.ts";
import { formatMoney } from "../../domain/money.ts";
import { artworkUrl } from "./artwork.ts";
import { query } from "./dom.ts";

/** Up to this stock, customers are told how many are left. */
const LOW_STOCK = 20;

/**
 * Shows a product's image; a drawing if it has none, or if that can't be loaded. It is hidden from screen readers, which read
 * the name next to it.
 *
 * @param box - Its size must not depend on its content, so that nothing shifts when the image is loaded.
 */
export function showPicture(box: HTMLElement, { productId, image = "" }: Pick<Product, "productId" | "image">): void {
  if (box.dataset.image === image) return;
  box.dataset.image = image;
  const picture = new Image();
  picture.alt = "";
  picture.loading = "lazy";
  picture.onerror = () => {
    picture.onerror = null;
    picture.src = artworkUrl(productId);
  };
  // The site may lie below its host's root, and so do its paths.
  picture.src = image.replace(/^\//, "./") || artworkUrl(productId);
  box.replaceChildren(picture);
}

/** Shows what customers are to know of a product, and how many are in their basket, in its tile or on its page. */
export function showProduct(element: HTMLElement, product: Product, inBasket: number): void {
  const { name, price, currency, stock } = product;
  showPicture(query(element, ".art"), product);
  query(element, ".product-name").textContent = name;
  query(element, ".price").textContent = formatMoney(price, currency);
  const stockLabel = query(element, ".stock");
  const [label, level] =
    stock === 0 ? ["Sold out", "none"] : stock <= LOW_STOCK ? [`Only ${stock} left`, "few"] : ["In stock", "good"];
  stockLabel.textContent = label;
  stockLabel.dataset.level = level;
  const isAll = inBasket >= stock;
  query(element, ".in-basket").textContent = inBasket > 0 ? `${isAll ? "All " : ""}${inBasket} in basket` : "";
  const button = query<HTMLButtonElement>(element, "button");
  button.textContent = stock === 0 ? label : inBasket > 0 ? "Add another" : "Add to basket";
  button.ariaLabel = `${button.textContent}: ${name}`;
  // Not `disabled`, which would take the focus away from the button.
  button.ariaDisabled = String(stock === 0);
}

/** Calls `add` when a product's button is pressed, unless the product is sold out. */
export function onAdd(element: HTMLElement, add: () => void): void {
  const button = query<HTMLButtonElement>(element, "button");
  button.addEventListener("click", () => {
    if (button.ariaDisabled !== "true") add();
  });
}
