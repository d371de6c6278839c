import { type FailureReason, reasonSentence } from "./failure-reasons.ts";
import { canBecome, type OrderStatus } from "./lifecycle.ts";
import type { Order } from "./order.ts";

/** What is to become of an order: either another status, or a note that somebody asked to cancel it. */
export type OrderChange =
  | { status: Exclude<OrderStatus, "FAILED"> }
  | { status: "FAILED"; failureReason: FailureReason }
  | { cancelRequested: true };

/**
 * The order after the change.
 *
 * @param at - When it changes: RFC 3339, UTC.
 * @throws Error if the lifecycle doesn't let the order go from its status to the new one.
 */
export function changed(order: Order, change: OrderChange, at: string): Order {
  const next = { ...order, version: order.version + 1, updatedAt: at };
  if ("cancelRequested" in change) return { ...next, cancelRequestedAt: at };

  const { status } = change;
  if (!canBecome(order.status, status)) {
    throw new Error(`The order ${order.orderId} is ${order.status} and can't become ${status}.`);
  }
  if (status !== "FAILED") return { ...next, status, history: [...order.history, { status, at }] };
  const { failureReason } = change;
  const reason = reasonSentence(failureReason);
  return { ...next, status, failureReason, history: [...order.history, { status, at, reason }] };
}
