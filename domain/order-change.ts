import { type FailureReason, reasonSentence } from "./failure-reasons.ts";
import { canBecome, type OrderStatus } from "./lifecycle.ts";
import type { Order } from "./order.ts";

/** A change of an order: a new status, or a requested cancellation. */
export type OrderChange =
  | { status: Exclude<OrderStatus, "FAILED"> }
  | { status: "FAILED"; failureReason: FailureReason }
  | { cancelRequested: true };

/**
 * Applies a change to an order.
 *
 * @param at - The time of the change: RFC 3339, UTC.
 * @throws Error if the lifecycle doesn't allow the new status.
 */
export function applyChange(order: Order, change: OrderChange, at: string): Order {
  // Whatever changes an order gives the workflow something new to do, even if the order was parked.
  const { attention, ...rest } = order;
  const next = { ...rest, version: order.version + 1, updatedAt: at };
  if ("cancelRequested" in change) return { ...next, cancelRequestedAt: at };

  const { status } = change;
  if (!canBecome(order.status, status)) {
    throw new Error(`The order ${order.orderId} is ${order.status} and can't become ${status}.`);
  }
  if (status !== "FAILED") {
    // Completing an order brings no goods; shipping or cancelling it settles what it is short of.
    const isStillShort = status === "COMPLETED" && attention?.reason === "SHORT";
    return { ...next, ...(isStillShort && { attention }), status, history: [...order.history, { status, at }] };
  }
  const { failureReason } = change;
  const reason = reasonSentence(failureReason);
  return { ...next, status, failureReason, history: [...order.history, { status, at, reason }] };
}
