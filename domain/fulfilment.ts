import type { GatewayName } from "../payments/port.ts";
import { Failure } from "./failure.ts";
import type { FailureReason } from "./failure-reasons.ts";
import { needsWork, type Order } from "./order.ts";

/** What was taken from the stock for an order. RELEASED is for good: nothing is reserved for the order after that. */
export interface Reservation {
  status: "RESERVED" | "RELEASED";
}

/**
 * What is known of an order's payment. CHARGING is written before the provider is asked to charge, and VOIDING before
 * it is asked to void: from then on no charge is begun or kept. VOIDED is for good, and says that the provider has
 * nothing of the customer's, and never will.
 */
export interface PaymentRecord {
  status: "CHARGING" | "CHARGED" | "VOIDING" | "VOIDED";
  /** Cents that were or would have been charged. */
  amountMinor: number;
  /** The provider that the payment was begun with: nobody else charges it, nor gives it back. */
  gateway?: GatewayName;
  /** The provider's name for the payment. Where this is missing, nothing was charged, unless the record was lost. */
  providerId?: string;
  /** Cents that the customer got back. */
  refundedMinor?: number;
  /** Nothing was refunded, as the customer disputes the charge: the bank has taken it back, and decides. */
  isDisputed?: true;
  /** Why the order is undone: the first reason, whatever else happens. */
  reason?: FailureReason;
  /** When it was copied from a backup. */
  restoredAt?: string;
}

/** An order and what was done for it. */
export interface Fulfilment {
  order: Order;
  payment?: PaymentRecord;
  reservation?: Reservation;
}

/**
 * The provider that a payment was begun with. Records from before that was recorded don't say, but Stripe's
 * names for payments begin with `pi_`, and nobody else's do. Without any name nothing was charged: anybody may begin.
 */
export function gatewayOf(payment: Pick<PaymentRecord, "gateway" | "providerId"> = {}): GatewayName | undefined {
  const { gateway, providerId } = payment;
  if (gateway !== undefined || providerId === undefined) return gateway;
  return providerId.startsWith("pi_") ? "stripe" : "simulated";
}

/** How long to open a payment twice surely opens one: Stripe knows its key for 24 hours at least. */
const KNOWN_MS = 23 * 3_600_000;

/**
 * Whether the provider may know of a payment whose name our record lacks. Names are recorded before anything is charged,
 * so that takes the loss of the record: of what is restored from a backup, and of what is old enough to be, however.
 */
export function mayBePaidUnrecorded({ order, payment }: Fulfilment): boolean {
  const isRestored = (order.restoredAt ?? payment?.restoredAt) !== undefined;
  return isRestored || Date.now() - Date.parse(order.createdAt) > KNOWN_MS;
}

/** What a workflow has to do for an order. */
export type Way = "FULFIL" | "COMPENSATE" | "NOTHING";

/** What a workflow has to do for an order, whatever state that is in. */
export function wayOf(order: Order): Way {
  if (!needsWork(order)) return "NOTHING";
  return order.cancelRequestedAt === undefined ? "FULFIL" : "COMPENSATE";
}

/** What forbids the next step forward, if anything does. */
export function obstacleOf({ orderId, status, cancelRequestedAt }: Order): Failure | undefined {
  if (cancelRequestedAt !== undefined) return new Failure("CancelRequested", `The order ${orderId} was cancelled.`);
  if (status !== "PROCESSING") return new Failure("Fenced", `The order ${orderId} is ${status}.`);
  return undefined;
}

/** Whether everything that was done for the order is undone, and nothing of it can come back. */
export function isUndone({ payment, reservation }: Fulfilment): boolean {
  return payment?.status === "VOIDED" && reservation?.status === "RELEASED";
}
