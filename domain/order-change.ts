import type { Attention } from "./attention.ts";
import { type FailureReason, reasonSentence } from "./failure-reasons.ts";
import { canBecome, isFulfilled, type OrderStatus } from "./lifecycle.ts";
import type { Order } from "./order.ts";

/** A part of the payment that is refunded. */
interface RefundedPart {
  refundId: string;
  /** Minor units. */
  amountMinor: number;
}

/** A change of an order: a new status, a requested cancellation, or a refund that is requested or was made. */
export type OrderChange =
  | { status: Exclude<OrderStatus, "FAILED"> }
  | { status: "FAILED"; failureReason: FailureReason }
  | { cancelRequested: true }
  | { refundRequested: RefundedPart }
  | { refunded: RefundedPart };

/**
 * Applies a change to an order.
 *
 * @param at - The time of the change: RFC 3339, UTC.
 * @throws Error if the lifecycle doesn't allow the new status.
 */
export function applyChange(order: Order, change: OrderChange, at: string): Order {
  const changed = { version: order.version + 1, updatedAt: at };
  // The payment's record tells of refunds.
  if ("refundRequested" in change || "refunded" in change) return { ...order, ...changed };
  // Whatever else changes an order gives the workflow something new to do, even if the order was parked.
  const { attention, ...rest } = order;
  const next = { ...rest, ...changed };
  if ("cancelRequested" in change) return { ...next, cancelRequestedAt: at };

  const { status } = change;
  if (!canBecome(order.status, status)) {
    throw new Error(`The order ${order.orderId} is ${order.status} and can't become ${status}.`);
  }
  if (status !== "FAILED") {
    const isKept = attention !== undefined && outlives(attention, status);
    return { ...next, ...(isKept && { attention }), status, history: [...order.history, { status, at }] };
  }
  const { failureReason } = change;
  const reason = reasonSentence(failureReason);
  return { ...next, status, failureReason, history: [...order.history, { status, at, reason }] };
}

/** Completing an order brings no goods; shipping it settles what it is short of, but no trouble with its payment. */
function outlives({ reason }: Attention, status: OrderStatus): boolean {
  if (reason === "SHORT") return status === "COMPLETED";
  return isFulfilled(status) && (reason === "REFUND_REFUSED" || reason === "DISPUTED");
}
