import type { UpdateOrderStatus } from "./contract/schemas.ts";
import { canBecome } from "./lifecycle.ts";
import type { Order } from "./order.ts";
import type { OrderChange } from "./order-change.ts";
import { Problem } from "./problem.ts";

/**
 * What becomes of an order that the back office calls shipped or delivered.
 *
 * @returns Nothing if it is so already.
 * @throws Problem `wrong-status` if the lifecycle doesn't allow it, or the order is to be cancelled.
 */
export function updateStatus(order: Order, { status }: UpdateOrderStatus): OrderChange | undefined {
  if (order.status === status) return undefined;
  if (!canBecome(order.status, status)) {
    throw new Problem("wrong-status", `The order is ${order.status} and can't become ${status}.`);
  }
  if (order.cancelRequestedAt !== undefined) {
    throw new Problem("wrong-status", `The order is being cancelled and can't become ${status}.`);
  }
  return { status };
}

/**
 * What becomes of an order that the back office cancels. Undoing it follows, and then it is CANCELLED.
 *
 * @returns Nothing if it was asked for before.
 * @throws Problem `wrong-status` if the lifecycle doesn't allow it.
 */
export function cancel(order: Order): OrderChange | undefined {
  if (order.status === "CANCELLED" || order.cancelRequestedAt !== undefined) return undefined;
  if (canBecome(order.status, "CANCELLED")) return { cancelRequested: true };
  throw new Problem("wrong-status", `The order is ${order.status} and can't be cancelled.`);
}
