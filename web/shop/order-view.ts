import type { PublicOrder } from "../../domain/contract/responses.ts";
import { toMinor } from "../../domain/money.ts";
import { byId, fromTemplate, part, showList } from "./dom.ts";
import { drawArtwork } from "./draw-artwork.ts";
import { dollars, localTime } from "./format.ts";
import { type Progress, progressOf, type Step } from "./progress.ts";

/** Shows an order and how it stands. @returns What it says about it. */
export function showOrder(order: PublicOrder): Progress {
  const progress = progressOf(order);
  showHead(`Order ${order.orderId}`, progress.headline, progress.story, progress.tone);
  byId("order-details").hidden = false;
  byId("total").textContent = dollars(toMinor(order.totalAmount));
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
      part(entry, ".art").append(drawArtwork(productId));
      return entry;
    },
    showItem,
  );
  return progress;
}

/** Says that there is no such order. */
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
}

function showHead(number: string, headline: string, story: string, tone: Progress["tone"]): void {
  const main = byId("main");
  main.ariaBusy = "false";
  main.dataset.tone = tone;
  byId("order-number").textContent = number;
  byId("headline").textContent = headline;
  byId("story").textContent = story;
  document.title = `${headline} – Everyday Supply`;
}

function showStep(entry: HTMLElement, { title, state, at }: Step): void {
  entry.dataset.state = state;
  if (state === "current") entry.setAttribute("aria-current", "step");
  else entry.removeAttribute("aria-current");
  part(entry, ".step-title").textContent = title;
  part(entry, ".step-time").textContent = at ? localTime(at) : "";
}

function showItem(entry: HTMLElement, { name, quantity, price }: PublicOrder["items"][number]): void {
  part(entry, ".line-name").textContent = name;
  part(entry, ".line-each").textContent = `${quantity} × ${dollars(toMinor(price))}`;
  part(entry, ".line-sum").textContent = dollars(quantity * toMinor(price));
}
