import type { AttentionReason } from "../../domain/attention.ts";
import { Failure } from "../../domain/failure.ts";
import type { FailureReason } from "../../domain/failure-reasons.ts";
import { type Fulfilment, mayBePaidUnrecorded } from "../../domain/fulfilment.ts";
import { needsWork } from "../../domain/order.ts";
import type { Voided } from "../../domain/payment.ts";
import { refundEvent } from "../../domain/payment-event.ts";
import { isOverdue } from "../../domain/restarts.ts";
import { paymentOf } from "../../payments/port.ts";
import { park } from "../../store/attention.ts";
import { readFulfilment, type StoredFulfilment } from "../../store/fulfilment.ts";
import type { StoredOrder } from "../../store/orders.ts";
import { beginVoid, markCharged, markVoided } from "../../store/payments.ts";
import { db } from "../lib/db.ts";
import { deadlineMs } from "../lib/deadline.ts";
import { gateways } from "../lib/gateways.ts";
import { LATE_RECEIVES } from "../lib/redelivery.ts";
import type { StepInput, StepResult } from "../lib/step.ts";
import { wakeExecutions } from "../lib/wake-executions.ts";

/**
 * Makes sure that nothing is charged for an order, now or ever. Needs a reason: the order's cancellation, or the outcome of
 * the step before. Without a cancellation, a charge is kept, and the order goes on. Parks the order if the refund is refused for
 * good, or if after the deadline the provider gave no clear response in so many tries.
 *
 * @param tries - How often this was tried, this time included.
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function refund({ orderId, reason }: StepInput, tries = 1): Promise<StepResult> {
  const fulfilment = await readFulfilment(db, orderId);
  const { order, payment } = fulfilment;
  const settled = settledOutcome(fulfilment);
  if (settled) return settled;
  const why = order.cancelRequestedAt === undefined ? (payment?.reason ?? reason) : undefined;
  if (order.cancelRequestedAt === undefined && why === undefined) {
    throw new Failure("Busy", `There is no reason to undo the order ${orderId}.`);
  }
  try {
    return await undo(fulfilment, why);
  } catch (error) {
    const isUnanswered = error instanceof Failure && error.name === "GatewayError";
    if (isUnanswered && tries >= LATE_RECEIVES && isOverdue(order, deadlineMs()))
      return parked(order, "CHARGE_UNKNOWN");
    throw error;
  }
}

async function undo(before: StoredFulfilment, reason: FailureReason | undefined) {
  const { order, payment } = before;
  const { orderId } = order;
  // It may have been charged without our knowing: UNAVAILABLE says nothing about that, and a customer may pass their bank's question
  // when nobody waits for them any longer.
  const isUnclear = reason === "UNAVAILABLE" || (reason !== undefined && payment?.status === "AWAITING_CUSTOMER");
  const isAsked = isUnclear && payment?.status !== "VOIDING";
  const asked = isAsked ? await openPayment(before) : undefined;
  if (asked) {
    if (await asked.gateway.isCharged(asked.payment)) {
      // Our record of it was lost.
      if (payment?.providerId === undefined) return parked(order, "CHARGE_UNKNOWN");
      await markCharged(db, order);
    }
  }
  if (!(await beginVoid(db, order, reason))) {
    const settled = settledOutcome(await readFulfilment(db, orderId));
    if (settled) return settled;
    throw new Failure("Busy", `The order ${orderId} changed meanwhile.`);
  }
  // Read only now, since VOIDING keeps the provider's id from being added: without one, nothing was charged, unless the
  // record was lost.
  const after = await readFulfilment(db, orderId);
  // A search that found nothing, or one without a record, needn't be repeated.
  const isKnown = isAsked && after.payment?.providerId === payment?.providerId;
  const open = isKnown ? asked : await openPayment(after);
  const voided: Voided | "REFUSED" = open ? await open.gateway.void(open.payment) : { refundedMinor: 0 };
  if (voided === "REFUSED") return parked(order, "REFUND_REFUSED");
  const wasCharged = voided.refundedMinor > 0 || voided.isDisputed;
  const refunds = open && wasCharged ? await open.gateway.refunds(open.payment) : [];
  const events = refunds.map((refund) => refundEvent(refund, "call"));
  await markVoided(db, orderId, voided, events);
  // Nobody needs to wait for the customer any longer.
  await wakeExecutions(orderId, after.payment);
  return { outcome: voided.isDisputed ? "DISPUTED" : voided.refundedMinor > 0 ? "REFUNDED" : "VOIDED" };
}

/** The outcome if there is nothing left to do here. */
function settledOutcome({ order, payment }: Fulfilment): { outcome: string } | undefined {
  if (order.attention) return { outcome: "PARKED" };
  if (!needsWork(order)) return { outcome: "NOTHING_TO_UNDO" };
  if (payment?.status === "VOIDED") return { outcome: "VOIDED" };
  if (payment?.status === "CHARGED" && order.cancelRequestedAt === undefined) return { outcome: "CHARGED" };
  return undefined;
}

async function parked(order: StoredOrder, attention: AttentionReason) {
  if (await park(db, order, attention)) return { outcome: "PARKED", attention };
  throw new Failure("Busy", `The order ${order.orderId} changed meanwhile.`);
}

/** The order's payment at the provider, if there is or may be one. */
async function openPayment(fulfilment: Fulfilment) {
  const { order, payment } = fulfilment;
  if (payment?.providerId === undefined && !mayBePaidUnrecorded(fulfilment)) return undefined;
  const gateway = await gateways.open(gateways.nameFor(payment));
  const providerId = payment?.providerId ?? (await gateway.find(order.orderId));
  return providerId === undefined ? undefined : { gateway, payment: { ...paymentOf(order, payment), providerId } };
}
