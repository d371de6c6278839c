import { sumBy } from "es-toolkit";
import type { Fulfilment } from "./fulfilment.ts";
import { needsWork, type Order } from "./order.ts";
import { gatewayOf, type PaymentRecord } from "./payment.ts";
import { type DisputeEvent, type PaymentEvent, type ProviderRefund, refundEvent } from "./payment-event.ts";
import { isNews, ledgerOf, type PaymentLedger, refundableMinor } from "./payment-ledger.ts";

/** Younger payments, and orders that have just changed, may be known on one side only: milliseconds. */
export const SETTLING_MS = 600_000;

/** A time, in milliseconds since 1970. The end is not included. */
export interface Period {
  from: number;
  to: number;
}

/** An order with its payment, if it has one. */
export type PaidOrder = Pick<Fulfilment, "order" | "payment">;

/** A payment as its provider has it. */
export interface ProviderPayment {
  providerId: string;
  /** The order that it is for. */
  orderId: string;
  /** ISO 4217. */
  currency: string;
  /** Minor units that were charged; 0 if it wasn't, and if the provider has no such payment. */
  chargedMinor: number;
  refunds: ProviderRefund[];
  disputes: DisputeEvent[];
}

/**
 * What may differ.
 *
 * - `CHARGE_WITHOUT_ORDER`: there is no such order.
 * - `CHARGE_OF_ANOTHER_PAYMENT`: the order's record names another payment, or none.
 * - `CHARGE_NOT_RECORDED`: the order says that nothing was charged.
 * - `CHARGE_NOT_MADE`: the order says that it was charged, but the provider has charged nothing.
 * - `CHARGE_DIFFERS`, `REFUNDS_DIFFER`, `DISPUTES_DIFFER`: the amounts are others.
 */
export type DifferenceKind =
  | "CHARGE_WITHOUT_ORDER"
  | "CHARGE_OF_ANOTHER_PAYMENT"
  | "CHARGE_NOT_RECORDED"
  | "CHARGE_NOT_MADE"
  | "CHARGE_DIFFERS"
  | "REFUNDS_DIFFER"
  | "DISPUTES_DIFFER";

/** What a provider and an order say differently. Only a person can settle it. */
export interface Difference {
  kind: DifferenceKind;
  orderId: string;
  providerId: string;
  /** ISO 4217. */
  currency: string;
  /** What our record says, in minor units: charged, refunded or disputed, as the kind says. */
  oursMinor: number;
  /** What the provider says. */
  theirsMinor: number;
}

/** What came of a comparison. */
export interface Comparison {
  /** Refunds that our ledger doesn't have, or of which it has an earlier state. */
  refunds: ProviderRefund[];
  /** The same of disputes. */
  disputes: DisputeEvent[];
  /** What still differs when these have been entered. */
  difference?: Difference;
}

/** The provider's id of the payment that an order was charged by, according to our records. Undefined for what can't be compared. */
export function chargedPayment({ order, payment }: PaidOrder, now = Date.now()): string | undefined {
  if (isUnderWay(order, now) || gatewayOf(payment) !== "stripe") return undefined;
  return ledgerOf(payment).chargedMinor > 0 ? payment?.providerId : undefined;
}

/**
 * Compares a payment at the provider with the order that it is for. Orders that something still works on differ for a while.
 *
 * @param ours - Undefined if there is no such order.
 * @param now - Milliseconds since 1970.
 */
export function comparePayment(theirs: ProviderPayment, ours: PaidOrder | undefined, now = Date.now()): Comparison {
  if (ours && isUnderWay(ours.order, now)) return { refunds: [], disputes: [] };
  const told: PaymentEvent[] = [...theirs.refunds.map(toEvent), ...theirs.disputes];
  const their = ledgerOf({ ...recordOf(theirs), events: told });
  const payment = ours?.payment;
  if (payment?.providerId !== theirs.providerId) {
    // What was given back needs no order.
    const kept = refundableMinor(their);
    const kind = ours ? "CHARGE_OF_ANOTHER_PAYMENT" : "CHARGE_WITHOUT_ORDER";
    return { refunds: [], disputes: [], ...(kept > 0 && { difference: differenceOf(theirs, kind, 0, kept) }) };
  }
  const news = told.filter((event) => isNews(event, payment));
  const our = ledgerOf({ ...payment, events: [...(payment.events ?? []), ...news] });
  const difference = differenceBetween(theirs, our, their);
  return {
    refunds: theirs.refunds.filter((refund) => isNews(toEvent(refund), payment)),
    disputes: theirs.disputes.filter((dispute) => isNews(dispute, payment)),
    ...(difference && { difference }),
  };
}

function differenceBetween(theirs: ProviderPayment, our: PaymentLedger, their: PaymentLedger): Difference | undefined {
  if (our.chargedMinor !== their.chargedMinor) {
    const kind =
      our.chargedMinor === 0 ? "CHARGE_NOT_RECORDED" : their.chargedMinor === 0 ? "CHARGE_NOT_MADE" : "CHARGE_DIFFERS";
    return differenceOf(theirs, kind, our.chargedMinor, their.chargedMinor);
  }
  // Of a refund that the provider is still making, ours may know the end already.
  const pending = theirs.refunds.filter(({ state }) => state === "PENDING").map(({ refundId }) => refundId);
  const refundedMinor = sumBy(
    our.refunds.filter(({ refundId, status }) => status === "SUCCEEDED" && !pending.includes(refundId)),
    ({ amountMinor }) => amountMinor,
  );
  if (refundedMinor !== their.refundedMinor)
    return differenceOf(theirs, "REFUNDS_DIFFER", refundedMinor, their.refundedMinor);
  if (our.disputedMinor !== their.disputedMinor)
    return differenceOf(theirs, "DISPUTES_DIFFER", our.disputedMinor, their.disputedMinor);
  return undefined;
}

/** Whether something still works on an order, or has until a moment ago. */
function isUnderWay(order: Order, now: number): boolean {
  return needsWork(order) || Date.parse(order.updatedAt) > now - SETTLING_MS;
}

function toEvent(refund: ProviderRefund): PaymentEvent {
  return refundEvent(refund, "reconciliation");
}

/** The provider's payment as a record of ours would have it. */
function recordOf({ chargedMinor }: ProviderPayment): PaymentRecord {
  return { status: chargedMinor > 0 ? "CHARGED" : "VOIDED", amountMinor: chargedMinor };
}

function differenceOf(
  { orderId, providerId, currency }: ProviderPayment,
  kind: DifferenceKind,
  oursMinor: number,
  theirsMinor: number,
): Difference {
  return { kind, orderId, providerId, currency, oursMinor, theirsMinor };
}
