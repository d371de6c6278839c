// The page of one order, which its address names: order.html#<order id>. It follows the order until it is at its end.

import type { PublicOrder } from "../../domain/contract/responses.ts";
import { isFinal } from "../../domain/lifecycle.ts";
import { getOrder } from "./api.ts";
import { announce, byId, keepFragment, pause } from "./dom.ts";
import { follow } from "./follow.ts";
import { earlierTry } from "./order-memory.ts";
import { showMissingOrder, showOrder } from "./order-view.ts";
import { reorder } from "./reorder.ts";

/** Orders take seconds until they are paid, and days until they are delivered. */
const BACKOFF = { firstMs: 400, longestMs: 30_000 };

let following = new AbortController();
let shown: PublicOrder | undefined;

function followOrder(): void {
  const orderId = location.hash.slice(1);
  following.abort();
  following = new AbortController();
  shown = undefined;
  byId("earlier-notice").hidden = earlierTry.get() !== orderId;
  earlierTry.set(undefined);
  if (orderId === "") showMissingOrder();
  else void followById(orderId, following.signal);
}

function followById(orderId: string, signal: AbortSignal): Promise<void> {
  return follow<PublicOrder>(
    {
      look: () => getOrder(orderId),
      show(order) {
        const { headline, story } = showOrder(order);
        announce(`${headline} ${story}`);
        shown = order;
      },
      showConnection(isLost) {
        const sentence = isLost ? "The shop isn’t responding. Still trying…" : "";
        if (byId("connection").textContent !== sentence) byId("connection").textContent = sentence;
      },
      showMissing: showMissingOrder,
      versionOf: ({ updatedAt, status }) => `${updatedAt} ${status}`,
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
// Browsers offer the clipboard to pages from HTTPS only.
byId("copy-link").hidden = !isSecureContext;

byId("reorder").addEventListener("click", () => {
  if (shown) reorder(shown);
});

keepFragment();
addEventListener("hashchange", followOrder);
followOrder();
