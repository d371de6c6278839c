import type { AttentionReason } from "../../domain/attention.ts";
import { Failure } from "../../domain/failure.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import {
  type DisputeEvent,
  type PaymentEventSource,
  type ProviderRefund,
  refundEvent,
} from "../../domain/payment-event.ts";
import { isNews, ledgerOf } from "../../domain/payment-ledger.ts";
import { park } from "../../store/attention.ts";
import type { StoredFulfilment } from "../../store/fulfilment.ts";
import type { StoredOrder } from "../../store/orders.ts";
import { recordPaymentEvent } from "../../store/payment-ledger.ts";
import { db } from "./db.ts";

/** An order that has a payment. */
export type Paid = Pick<StoredFulfilment, "order"> & { payment: PaymentRecord };

/**
 * Records what became of a refund. One that the provider refuses, or the customer's bank sends back, leaves the order to a person.
 *
 * @throws Failure `Busy`: try again later.
 */
export async function recordRefund(
  { order, payment }: Paid,
  correlationId: string,
  refund: ProviderRefund,
  source: PaymentEventSource,
): Promise<void> {
  const event = refundEvent(refund, source);
  const known = ledgerOf(payment).refunds.find(({ refundId }) => refundId === refund.refundId);
  // The customer gets everything by the order's cancellation.
  const isReplaced = payment.status !== "CHARGED" && known?.request !== undefined && known.status === "PENDING";
  if (refund.state === "FAILED" && isNews(event, payment) && !isReplaced) await attend(order, "REFUND_REFUSED");
  await recordPaymentEvent(db, { orderId: order.orderId, correlationId }, event);
}

/**
 * Records what became of a dispute. One that opens leaves the order to a person; and so does one that is won after the order was
 * cancelled, as the money is still to be given back.
 *
 * @throws Failure `Busy`: try again later.
 */
export async function recordDispute(
  { order, payment }: Paid,
  correlationId: string,
  event: DisputeEvent,
): Promise<void> {
  const isForPerson = event.state === "OPEN" || (event.state === "WON" && payment.status === "VOIDED");
  if (isForPerson && isNews(event, payment)) await attend(order, "DISPUTED");
  await recordPaymentEvent(db, { orderId: order.orderId, correlationId }, event);
}

/** What concerns money replaces a shortage of goods, which is noticed when the order is packed at the latest. */
async function attend(order: StoredOrder, reason: AttentionReason): Promise<void> {
  const isParked = order.attention !== undefined && order.attention.reason !== "SHORT";
  if (isParked || (await park(db, order, reason))) return;
  throw new Failure("Busy", `The order ${order.orderId} changed meanwhile.`);
}
