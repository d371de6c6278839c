// The shop: catalogue, basket and checkout.

import { listProducts } from "./api.ts";
import { type BasketLine, type Catalogue, quantityOf, withQuantity } from "./basket.ts";
import { BasketStore } from "./basket-store.ts";
import { showBasket } from "./basket-view.ts";
import { showCatalogue } from "./catalogue-view.ts";
import { Checkout } from "./checkout.ts";
import { announce, byId, keepFragment } from "./dom.ts";
import { LATEST_ORDER, latestOrder } from "./last-order.ts";
import { showNotice } from "./notice.ts";

const store = new BasketStore(render);
let catalogue: Catalogue | undefined;
let loading: Promise<Catalogue | undefined> | undefined;
let lineErrors: ReadonlyMap<string, string> = new Map();

function render(): void {
  const { basket } = store;
  if (catalogue) showCatalogue(catalogue, basket, add);
  showBasket(basket, catalogue, lineErrors, change);
  showView();
}

function load(): Promise<Catalogue | undefined> {
  loading ??= listProducts().then((result) => {
    loading = undefined;
    if (result.ok) catalogue = new Map(result.body.map((product) => [product.productId, product]));
    showCatalogueNotice(result.ok);
    render();
    return result.ok ? catalogue : undefined;
  });
  return loading;
}

function showCatalogueNotice(isLoaded: boolean): void {
  const notice = byId("catalogue-notice");
  if (isLoaded && catalogue?.size === 0) {
    showNotice(notice, { title: "There are no products yet", text: ["Please come back later."], tone: "plain" });
  } else if (isLoaded || catalogue) {
    // Loaded prices stay visible: the API rejects orders with outdated ones.
    showNotice(notice, undefined);
  } else {
    showNotice(notice, {
      title: "The products can’t be loaded",
      text: ["The shop isn’t responding, or you are offline. Your basket has been saved."],
      action: { label: "Try again", run: () => void load().then((loaded) => loaded && byId("shop-title").focus()) },
    });
  }
}

function add(productId: string): void {
  const product = catalogue?.get(productId);
  if (product) change({ ...product, quantity: 0 }, quantityOf(store.basket, productId) + 1);
}

function change(line: BasketLine, requested: number): void {
  const { productId, name } = line;
  const stock = catalogue?.get(productId)?.stock ?? requested;
  const quantity = Math.min(requested, Math.max(stock, 1));
  lineErrors = new Map([...lineErrors].filter(([id]) => id !== productId));
  store.basket = withQuantity(store.basket, line, quantity);
  if (quantity === 0) byId("basket-title").focus();
  const total = byId("basket-total").textContent;
  const limit = quantity < requested ? ` Only ${stock} available.` : "";
  announce(
    quantity === 0 ? `${name} removed. Total ${total}.` : `${name}: ${quantity} in basket.${limit} Total ${total}.`,
  );
}

/** Shows the view that the URL's fragment selects. With an empty basket, there is no checkout. */
function showView(): void {
  if (store.basket.lines.length === 0) history.replaceState(null, "", "#shop");
  const isCheckout = location.hash === "#checkout";
  byId("shop-view").hidden = isCheckout;
  byId("checkout-view").hidden = !isCheckout;
  byId("to-checkout").hidden = isCheckout;
  byId("place-order").hidden = !isCheckout;
  document.body.dataset.view = isCheckout ? "checkout" : "shop";
  document.title = isCheckout ? "Checkout – Everyday Supply" : "Everyday Supply";
}

keepFragment();
addEventListener("hashchange", () => {
  showView();
  byId(byId("checkout-view").hidden ? "shop-title" : "checkout-title").focus();
  scrollTo({ top: 0 });
});

addEventListener("storage", ({ key }) => {
  const latest = latestOrder.get();
  if (key !== LATEST_ORDER || !latest) return;
  showNotice(byId("catalogue-notice"), {
    title: "Your basket was ordered in another tab",
    tone: "plain",
    action: { label: "View the order", run: () => location.assign(`order.html#${latest.orderId}`) },
  });
});

// Reload a page restored from the back/forward cache: it may have been left in the middle of an order.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const checkout = new Checkout({
  store,
  catalogue: async () => catalogue ?? (await load()),
  reload: load,
  showLineErrors(errors) {
    lineErrors = errors;
    render();
  },
  open() {
    history.replaceState(null, "", "#checkout");
    showView();
  },
});

render();
void load();
void checkout.resume();
