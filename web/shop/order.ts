// The page of an order, order.html#<order id>. It polls the order until its status is final.

import type { PublicOrder } from "../../domain/contract/responses.ts";
import { isFinal } from "../../domain/lifecycle.ts";
import { getOrder } from "./api.ts";
import { earlierAttempt } from "./basket-store.ts";
import { announce, byId, keepFragment, pause } from "./dom.ts";
import { showMissingOrder, showOrder } from "./order-view.ts";
import { poll } from "./poll.ts";
import { reorder } from "./reorder.ts";

/** Orders are paid within seconds and delivered within days. */
const BACKOFF = { firstMs: 400, longestMs: 30_000 };

let polling = new AbortController();
let shown: PublicOrder | undefined;

function showOrderOfFragment(): void {
  // Whatever a mail program made of the link.
  const orderId = location.hash.match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i)?.[0].toLowerCase() ?? "";
  polling.abort();
  polling = new AbortController();
  shown = undefined;
  byId("earlier-notice").hidden = earlierAttempt.get() !== orderId;
  earlierAttempt.set(undefined);
  if (orderId === "") showMissingOrder();
  else void pollOrder(orderId, polling.signal);
}

function pollOrder(orderId: string, signal: AbortSignal): Promise<void> {
  return poll<PublicOrder>(
    {
      load: () => getOrder(orderId),
      show(order) {
        const { headline, text } = showOrder(order);
        announce(`${headline} ${text}`);
        shown = order;
      },
      showConnection(isLost) {
        const sentence = isLost ? "The shop isn’t responding. Still trying…" : "";
        if (byId("connection").textContent !== sentence) byId("connection").textContent = sentence;
      },
      showMissing: showMissingOrder,
      versionOf: ({ updatedAt, status, attention }) => `${updatedAt} ${status} ${!attention}`,
      isFinal: ({ status }) => isFinal(status),
      pause,
    },
    BACKOFF,
    signal,
  );
}

byId("copy-link").addEventListener("click", async () => {
  await navigator.clipboard.writeText(location.href);
  byId("copy-link").textContent = "Copied";
  announce("The link to this order has been copied.");
});
// The clipboard is available only on pages loaded over HTTPS.
byId("copy-link").hidden = !isSecureContext;

byId("reorder").addEventListener("click", () => {
  if (shown) reorder(shown);
});

keepFragment();
addEventListener("hashchange", showOrderOfFragment);
showOrderOfFragment();
