// The shop: catalogue, basket and checkout.

import { type BasketLine, type Catalogue, orderableQuantity, quantityOf, withQuantity } from "./basket.ts";
import { BasketStore, LATEST_ORDER, latestOrder } from "./basket-store.ts";
import { showBasket } from "./basket-view.ts";
import { focusTile, reserveTiles, showCatalogue } from "./catalogue-view.ts";
import { Checkout } from "./checkout.ts";
import { announce, byId, count, keepFragment } from "./dom.ts";
import { showNotice } from "./notice.ts";
import { orderAddress } from "./order-tokens.ts";
import { PAGE_SIZE, Products } from "./products.ts";

/** The most products that a page shows at once when it is opened, whatever its URL says. */
const MAX_SHOWN = 1_000;

const products = new Products();
const store = new BasketStore(() => {
  render();
  // Another tab may have added a product that this one doesn't know.
  if (!catalogue()) void load();
});
let loading: Promise<Catalogue | undefined> | undefined;
let lineErrors: ReadonlyMap<string, string> = new Map();
/** Why the page changed the quantity that was asked for last, by product id. */
let lineNotes: ReadonlyMap<string, string> = new Map();

/** What is known of the products, if that includes those in the basket. */
function catalogue(): Catalogue | undefined {
  return products.including(idsInBasket());
}

function idsInBasket(): string[] {
  return store.basket.lines.map(({ productId }) => productId);
}

function render(): void {
  const { basket } = store;
  if (products.listed) showCatalogue(products.listed, products.hasMore, basket, add);
  showBasket(basket, catalogue(), { errors: lineErrors, notes: lineNotes }, change);
  showView();
}

function load(): Promise<Catalogue | undefined> {
  loading ??= products.load(shownCount(), idsInBasket()).then((isLoaded) => {
    loading = undefined;
    showCatalogueNotice(isLoaded);
    render();
    if (!isLoaded) return undefined;
    return catalogue() ?? load();
  });
  return loading;
}

/** How many products to show: the URL says it, so that a reload and the way back lead to the same place. */
function shownCount(): number {
  const shown = Number.parseInt(new URLSearchParams(location.search).get("show") ?? "", 10);
  return Math.min(Math.max(shown || 0, PAGE_SIZE), MAX_SHOWN);
}

async function showMore(): Promise<void> {
  const button = byId("more");
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  const added = await products.loadMore();
  button.ariaDisabled = "false";
  button.textContent = added === undefined ? "That didn’t work. Try again" : "Show more products";
  if (added === undefined) return announce(button.textContent);
  render();
  const shown = byId("products").childElementCount;
  history.replaceState(null, "", `?show=${shown}${location.hash}`);
  focusTile(shown - added);
  announce(`${count(added, "more product")}.`);
}

function showCatalogueNotice(isLoaded: boolean): void {
  const notice = byId("catalogue-notice");
  if (isLoaded && products.listed?.length === 0) {
    showNotice(notice, { title: "There are no products yet", text: ["Please come back later."], tone: "plain" });
  } else if (isLoaded || products.listed) {
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
  const product = products.including([productId])?.get(productId);
  if (product) change({ ...product, quantity: 0 }, quantityOf(store.basket, productId) + 1);
}

function change(line: BasketLine, requested: number): void {
  const { productId, name } = line;
  const stock = catalogue()?.get(productId)?.stock ?? Infinity;
  const { quantity, note = "" } = orderableQuantity(requested, line.quantity, stock);
  lineErrors = new Map([...lineErrors].filter(([id]) => id !== productId));
  lineNotes = new Map([[productId, note]]);
  store.basket = withQuantity(store.basket, line, quantity);
  if (quantity === 0) byId("basket-title").focus();
  const total = byId("basket-total").textContent;
  announce(
    quantity === 0
      ? `${name} removed. Total ${total}.`
      : `${name}: ${quantity} in basket.${note && ` ${note}`} Total ${total}.`,
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
  if (isCheckout) checkout.prepare().catch(() => {});
  document.body.dataset.view = isCheckout ? "checkout" : "shop";
  document.title = isCheckout ? "Checkout – Everyday Supply" : "Everyday Supply";
}

keepFragment();
byId("more").addEventListener("click", () => void showMore());
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
    action: { label: "View the order", run: () => location.assign(orderAddress(latest.orderId)) },
  });
});

// Reload a page restored from the back/forward cache: it may have been left in the middle of an order.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const checkout = new Checkout({
  store,
  catalogue: async () => catalogue() ?? (await load()),
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

reserveTiles(shownCount());
render();
void load();
void checkout.resume();
