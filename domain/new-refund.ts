import type { RefundOrder } from "./contract/schemas.ts";
import { fromMinor, toMinor } from "./money.ts";
import type { Order } from "./order.ts";
import { gatewayOf, type PaymentRecord } from "./payment.ts";
import type { RefundEvent } from "./payment-event.ts";
import { ledgerOf, type PaymentLedger, refundableMinor } from "./payment-ledger.ts";
import { Problem } from "./problem.ts";
import { stripeStep } from "./stripe-amounts.ts";

/** The most refunds of one order: its payment's record has them all, and DynamoDB limits an item to 400 KB. */
export const MAX_REFUNDS = 50;

/**
 * Refunds a part of what was charged for an order, or all of it.
 *
 * @param about - The refund's id, who asks, and when (RFC 3339, UTC).
 * @throws Problem `wrong-status` if the order isn't charged, or everything is refunded anyway; `not-refundable` if it is more than is
 * left, more of a product than was ordered, or an amount that Stripe can't refund.
 */
export function newRefund(
  order: Order,
  payment: PaymentRecord | undefined,
  { reason, ...what }: RefundOrder,
  about: { refundId: string; actor: string; at: string },
): RefundEvent {
  const ledger = ledgerOf(payment);
  checkPayment(order, payment);
  if (ledger.refunds.length >= MAX_REFUNDS) throw notRefundable("", `The order has ${MAX_REFUNDS} refunds already.`);
  const amountMinor = "items" in what ? priceOf(order, ledger, what.items) : toMinor(what.amount, order.currency);
  const step = gatewayOf(payment) === "stripe" ? stripeStep(order.currency) : 1;
  if (amountMinor % step !== 0) {
    const detail = `Stripe refunds ${order.currency} only in steps of ${fromMinor(step, order.currency)}.`;
    throw notRefundable("items" in what ? "/items" : "/amount", detail);
  }
  const left = refundableMinor(ledger);
  if (amountMinor > left) {
    const [most, asked] = [left, amountMinor].map((minor) => fromMinor(minor, order.currency));
    const detail = `${most} ${order.currency} can still be refunded, not ${asked}.`;
    throw notRefundable("items" in what ? "/items" : "/amount", detail);
  }
  const { refundId, actor, at } = about;
  const request = { reason, ...("items" in what && { items: what.items }), actor };
  return {
    id: `${refundId}.PENDING`,
    kind: "REFUND",
    objectId: refundId,
    state: "PENDING",
    amountMinor,
    at,
    source: "call",
    request,
  };
}

function checkPayment({ cancelRequestedAt }: Order, payment: PaymentRecord | undefined): void {
  const isUndone = cancelRequestedAt !== undefined || payment?.status === "VOIDING" || payment?.status === "VOIDED";
  if (isUndone) throw new Problem("wrong-status", "The order is undone: whatever was charged for it is refunded.");
  if (payment?.status !== "CHARGED") throw new Problem("wrong-status", "Nothing has been charged for the order yet.");
}

/** What the units cost, in minor units. */
function priceOf(
  { items: lines }: Order,
  { refunds }: PaymentLedger,
  items: { productId: string; quantity: number }[],
) {
  const before = refunds.filter(({ status }) => status !== "FAILED").flatMap(({ request }) => request?.items ?? []);
  return items.reduce((sum, { productId, quantity }, index) => {
    const line = lines.find((line) => line.productId === productId);
    if (!line) throw notRefundable(`/items/${index}/productId`, `The order has no ${productId}.`);
    const earlier = [...before, ...items.slice(0, index)].filter((item) => item.productId === productId);
    const left = line.quantity - earlier.reduce((units, item) => units + item.quantity, 0);
    if (quantity > left) {
      const detail = `${left} of ${productId} can still be refunded, not ${quantity}.`;
      throw notRefundable(`/items/${index}/quantity`, detail);
    }
    return sum + quantity * line.unitPriceMinor;
  }, 0);
}

function notRefundable(pointer: string, detail: string): Problem {
  return new Problem("not-refundable", detail, { errors: [{ pointer, detail }] });
}
