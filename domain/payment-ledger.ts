import type { PaymentRecord } from "./payment.ts";
import {
  compareEvents,
  type PaymentEvent,
  type RefundEvent,
  type RefundRequest,
  type RefundState,
} from "./payment-event.ts";

/** A refund, as its events tell. */
export interface Refund {
  refundId: string;
  /** Minor units. */
  amountMinor: number;
  status: RefundState;
  /** When it began: RFC 3339, UTC. */
  at: string;
  /** What the back office asked for. Absent for refunds made at the provider, and of cancellations. */
  request?: RefundRequest;
}

/** What was charged for an order, and what became of it. All amounts are minor units. */
export interface PaymentLedger {
  chargedMinor: number;
  /** What the customer got back. */
  refundedMinor: number;
  /** What the customer is about to get back. */
  pendingMinor: number;
  /** What the customer's bank has taken back, while it decides or for good. */
  disputedMinor: number;
  /** Oldest first. */
  refunds: Refund[];
}

/** The ledger of a payment: the same in whatever order its events came, and however often each did. */
export function ledgerOf(payment: PaymentRecord | undefined): PaymentLedger {
  const events = payment ? eventsOf(payment) : [];
  const objects = [...highestOf(events).values()];
  const sum = (kind: PaymentEvent["kind"], ...states: PaymentEvent["state"][]) =>
    objects
      .filter((object) => object.kind === kind && states.includes(object.state))
      .reduce((total, { amountMinor }) => total + amountMinor, 0);
  return {
    chargedMinor: sum("CHARGE", "SUCCEEDED"),
    refundedMinor: sum("REFUND", "SUCCEEDED"),
    pendingMinor: sum("REFUND", "PENDING"),
    disputedMinor: sum("DISPUTE", "OPEN", "LOST"),
    refunds: objects.flatMap((object) => (object.kind === "REFUND" ? toRefund(object, events) : [])).sort(byTime),
  };
}

/** What can still be refunded, in minor units. A bank that took the money back can't be paid twice. */
export function refundableMinor({ chargedMinor, refundedMinor, pendingMinor, disputedMinor }: PaymentLedger): number {
  return Math.max(0, chargedMinor - refundedMinor - pendingMinor - disputedMinor);
}

/** Whether an event says more about its object than those that are recorded. */
export function isNews(event: PaymentEvent, payment: PaymentRecord): boolean {
  const known = highestOf(payment.events ?? []).get(objectOf(event));
  return known === undefined || compareEvents(known, event) < 0;
}

/** The highest event of each object. */
function highestOf(events: readonly PaymentEvent[]): Map<string, PaymentEvent> {
  const highest = new Map<string, PaymentEvent>();
  for (const event of events) {
    const known = highest.get(objectOf(event));
    if (!known || compareEvents(known, event) < 0) highest.set(objectOf(event), event);
  }
  return highest;
}

function objectOf({ kind, objectId }: PaymentEvent): string {
  return `${kind} ${objectId}`;
}

/** Records of version 0.1 have no events: what happened is in their fields. */
function eventsOf(payment: PaymentRecord): PaymentEvent[] {
  const { status, amountMinor, providerId = "", refundedMinor = 0, isDisputed, events = [] } = payment;
  const told = new Set(events.map(({ kind }) => kind));
  const common = { id: "", objectId: providerId, at: "", source: "call" } as const;
  const wasCharged = status === "CHARGED" || refundedMinor > 0 || isDisputed || told.size > 0;
  return [
    ...(wasCharged && !told.has("CHARGE")
      ? [{ ...common, kind: "CHARGE", state: "SUCCEEDED", amountMinor } as const]
      : []),
    ...(refundedMinor > 0 && !told.has("REFUND")
      ? [{ ...common, kind: "REFUND", state: "SUCCEEDED", amountMinor: refundedMinor } as const]
      : []),
    ...(isDisputed && !told.has("DISPUTE")
      ? [{ ...common, kind: "DISPUTE", state: "OPEN", amountMinor } as const]
      : []),
    ...events,
  ];
}

/** A refund of which only the request is known. */
export function requestedRefund(event: RefundEvent): Refund {
  return toRefund(event, [event]);
}

function toRefund({ objectId, amountMinor, state }: RefundEvent, events: PaymentEvent[]): Refund {
  const own = events.flatMap((event) => (event.kind === "REFUND" && event.objectId === objectId ? event : []));
  const request = own.find((event) => event.request)?.request;
  const [at = ""] = own.map((event) => event.at).sort();
  return { refundId: objectId, amountMinor, status: state, at, ...(request && { request }) };
}

function byTime(a: Refund, b: Refund): number {
  return a.at < b.at || (a.at === b.at && a.refundId < b.refundId) ? -1 : 1;
}
