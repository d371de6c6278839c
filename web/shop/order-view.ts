import type { PublicOrder } from "../../domain/contract/responses.ts";
import { formatMoney } from "../../domain/money.ts";
import { getProduct } from "./api.ts";
import { byId, fromTemplate, localTime, query, showList } from "./dom.ts";
import { showPicture } from "./product-view.ts";
import { type Progress, progressOf, type Step } from "./progress.ts";

/** Shows an order. @returns Its progress as shown. */
export function showOrder(order: PublicOrder): Progress {
  const progress = progressOf(order);
  showHead(`Order ${order.orderId}`, progress.headline, progress.text, progress.tone);
  byId("order-details").hidden = false;
  byId("total").textContent = formatMoney(order.totalAmount, order.currency);
  byId("reorder").hidden = progress.tone !== "bad";
  showList(
    byId("steps"),
    progress.steps,
    ({ title }) => title,
    () => fromTemplate("step-template"),
    showStep,
  );
  showList(
    byId("items"),
    order.items,
    ({ productId }) => productId,
    ({ productId }) => {
      const entry = fromTemplate("item-template");
      void getProduct(productId).then((result) => {
        showPicture(query(entry, ".art"), (result.ok && result.body) || { productId });
      });
      return entry;
    },
    (entry, item) => showItem(entry, item, order.currency),
  );
  return progress;
}

/** Shows that the order doesn't exist. */
export function showMissingOrder(): void {
  showHead(
    "Order",
    "We can’t find this order.",
    "The link may be incomplete or mistyped: it should end with the order number in your email. Orders are only shown to people with the full link.",
    "bad",
  );
  byId("order-details").hidden = true;
  byId("copy-link").hidden = true;
  byId("reorder").hidden = true;
  byId("cancel").hidden = true;
}

function showHead(title: string, headline: string, text: string, tone: Progress["tone"]): void {
  const main = byId("main");
  main.ariaBusy = "false";
  main.dataset.tone = tone;
  byId("order-number").textContent = title;
  byId("headline").textContent = headline;
  byId("status-text").textContent = text;
  document.title = `${headline} – Everyday Supply`;
}

function showStep(entry: HTMLElement, { title, state, at }: Step): void {
  entry.dataset.state = state;
  if (state === "current") entry.setAttribute("aria-current", "step");
  else entry.removeAttribute("aria-current");
  query(entry, ".step-title").textContent = title;
  query(entry, ".step-time").textContent = at ? localTime(at) : "";
}

function showItem(entry: HTMLElement, { name, quantity, price }: PublicOrder["items"][number], currency: string): void {
  query(entry, ".line-name").textContent = name;
  query(entry, ".line-each").textContent = `${quantity} × ${formatMoney(price, currency)}`;
  query(entry, ".line-sum").textContent = formatMoney(quantity * price, currency);
}
