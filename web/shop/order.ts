// The page of an order, order.html#<order id>. It polls the order until its status is final. A link with the order's token,
// order.html#<order id>&token=<token>, also lets its customer pay and cancel: the page keeps the token and removes it from its
// address.

import type { PublicOrder } from "../../domain/contract/responses.ts";
import { isFinal, isFulfilled } from "../../domain/lifecycle.ts";
import { formatMoney, toMinor } from "../../domain/money.ts";
import { getOrder, payOrder, shopConfig } from "./api.ts";
import { earlierAttempt, latestOrder, typedDetails } from "./basket-store.ts";
import { showCancel } from "./cancel-view.ts";
import { announce, byId, keepFragment, localTime, pause } from "./dom.ts";
import { keepOrderToken, orderAddress, tokenIn, tokenParameter } from "./order-tokens.ts";
import { showMissingOrder, showOrder } from "./order-view.ts";
import { poll } from "./poll.ts";
import { reorder } from "./reorder.ts";
import { stored } from "./stored.ts";

/** Orders are paid within seconds and delivered within days. */
const BACKOFF = { firstMs: 400, longestMs: 30_000 };

const askedBank = stored<string>(
  () => sessionStorage,
  "asked-bank",
  (value) => typeof value === "string",
);

let polling = new AbortController();
let shown: PublicOrder | undefined;

function showOrderOfFragment(): void {
  // Whatever a mail program made of the link.
  const orderId = location.hash.match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i)?.[0].toLowerCase() ?? "";
  const token = tokenIn(location.hash);
  if (token) keepOrderToken(orderId, token);
  // Neither the token nor the client secret, which Stripe adds on the way back from the bank, is for those who see the address.
  if (orderId !== "") history.replaceState(null, "", orderAddress(orderId));
  shown = undefined;
  byId("earlier-notice").hidden = earlierAttempt.get() !== orderId;
  earlierAttempt.set(undefined);
  polling.abort();
  if (orderId === "") showMissingOrder();
  else restartPolling(orderId);
}

function restartPolling(orderId: string): void {
  polling.abort();
  polling = new AbortController();
  void pollOrder(orderId, polling.signal);
}

function pollOrder(orderId: string, signal: AbortSignal): Promise<void> {
  return poll<PublicOrder>(
    {
      load: () => getOrder(orderId),
      show(order) {
        const { headline, text } = showOrder(order);
        announce(`${headline} ${text}`);
        shown = order;
        if (isFulfilled(order.status) && latestOrder.get()?.orderId === orderId) typedDetails.set(undefined);
        showCancel(order, () => restartPolling(orderId));
        void showAwaitedPayment(order);
        void showContact(orderId);
      },
      showConnection(isLost) {
        const sentence = isLost ? "The shop isn’t responding. Still trying…" : "";
        if (byId("connection").textContent !== sentence) byId("connection").textContent = sentence;
      },
      showMissing: showMissingOrder,
      versionOf: ({ updatedAt, status, attention, payment }) =>
        `${updatedAt} ${status} ${!attention} ${payment?.status} ${payment?.triesLeft}`,
      isFinal: ({ status }) => isFinal(status),
      pause,
    },
    BACKOFF,
    signal,
  );
}

/** Shows how to pay for an order that waits for its customer, to them. */
async function showAwaitedPayment(order: PublicOrder): Promise<void> {
  const { orderId, payment, totalAmount, currency } = order;
  if (payment?.until === undefined || order.cancelRequestedAt !== undefined) {
    byId("payment").hidden = true;
    return;
  }
  try {
    const [{ showPayment }, config] = await Promise.all([import("./payment-view.ts"), shopConfig()]);
    // Meanwhile, the order may have gone on.
    if (shown !== order) return;
    showPayment(order, {
      total: formatMoney(totalAmount, currency),
      totalMinor: toMinor(totalAmount, currency),
      until: localTime(payment.until),
      privateLink: new URL(`order.html#${orderId}${tokenParameter(orderId)}`, location.href).href,
      stripeKey: config.stripePublishableKey,
      pay: (paymentMethod) => payOrder(orderId, paymentMethod),
      refresh: () => restartPolling(orderId),
      askedBank,
    });
  } catch {
    byId("status-text").textContent = "Some of this page can’t be loaded. Reload it to finish your payment.";
  }
}

/** Shows where to write to about the order, if the shop has an address for that. */
async function showContact(orderId: string): Promise<void> {
  const { supportEmail } = await shopConfig().catch(() => ({ supportEmail: undefined }));
  const link = byId<HTMLAnchorElement>("contact");
  link.hidden = !supportEmail;
  link.href = `mailto:${supportEmail}?subject=${encodeURIComponent(`Order ${orderId}`)}`;
}

byId("copy-link").addEventListener("click", async () => {
  await navigator.clipboard.writeText(location.href.replace(/&token=.*/, ""));
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
