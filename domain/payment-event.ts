/** Where we learned of something. */
export type PaymentEventSource = "call" | "webhook" | "reconciliation";

/**
 * What a provider keeps of a payment, and the states of each, lowest first. An object's state only rises, so that in whatever order
 * and however often events come, the highest one is its state. A refund that succeeded may still fail: the customer's bank may send
 * it back days later. A dispute that was lost may be won on appeal. Source: "Refunds" and "Disputes" in Stripe's API reference.
 */
const STATES = {
  CHARGE: ["SUCCEEDED"],
  REFUND: ["PENDING", "SUCCEEDED", "FAILED"],
  DISPUTE: ["OPEN", "LOST", "WON"],
} as const;

type Kind = keyof typeof STATES;

/** The states of a refund, for schemas. */
export const REFUND_STATES = STATES.REFUND;

/** A refund's state. */
export type RefundState = (typeof STATES)["REFUND"][number];

/** What the back office asked for. */
export interface RefundRequest {
  reason: string;
  /** What is refunded. Absent if it is an amount. */
  items?: { productId: string; quantity: number }[];
  /** Who asked: `key:<id>`. */
  actor: string;
}

interface About {
  /** Unique to the event. */
  id: string;
  /** The object: a refund's `refundId` if the back office asked for it; otherwise the provider's id. */
  objectId: string;
  /** Minor units, the same in all events of an object. */
  amountMinor: number;
  /** When it happened: RFC 3339, UTC. */
  at: string;
  source: PaymentEventSource;
}

/** An event of one kind of object. */
type EventOf<K extends Kind> = About & { kind: K; state: (typeof STATES)[K][number] };

/** An event of a refund. */
export type RefundEvent = EventOf<"REFUND"> & { request?: RefundRequest };

/** An event of a dispute. */
export type DisputeEvent = EventOf<"DISPUTE">;

/** Something that happened to a payment. Events are only ever added. */
export type PaymentEvent = EventOf<"CHARGE"> | RefundEvent | DisputeEvent;

/** A refund as its provider has it. */
export interface ProviderRefund {
  /** The id under which we asked for it; the provider's own if we didn't. */
  refundId: string;
  /** Minor units. */
  amountMinor: number;
  state: RefundState;
  /** When it was made: RFC 3339, UTC. */
  at: string;
}

/** The event that tells a refund's state. */
export function refundEvent({ refundId, ...refund }: ProviderRefund, source: PaymentEventSource): RefundEvent {
  return { id: `${refundId}.${refund.state}`, kind: "REFUND", objectId: refundId, ...refund, source };
}

/** Negative if `a` is lower than `b`, an event of the same object; 0 if one says no more than the other. */
export function compareEvents(a: PaymentEvent, b: PaymentEvent): number {
  return rankOf(a) - rankOf(b) || a.amountMinor - b.amountMinor;
}

function rankOf({ kind, state }: PaymentEvent): number {
  const states: readonly string[] = STATES[kind];
  return states.indexOf(state);
}
