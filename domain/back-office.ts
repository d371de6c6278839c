import type { UpdateOrderStatus } from "./contract/schemas.ts";
import { canBecome } from "./lifecycle.ts";
import type { Order } from "./order.ts";
import type { OrderChange } from "./order-change.ts";
import { Problem } from "./problem.ts";

/**
 * The change that marks an order as shipped or delivered.
 *
 * @returns Nothing if the order already has that status.
 * @throws Problem `wrong-status` if the lifecycle doesn't allow it, or a cancellation was requested.
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
 * The change that requests an order's cancellation. The workflow then undoes the order and marks it CANCELLED.
 *
 * @returns Nothing if the order is cancelled, or its cancellation was already requested.
 * @throws Problem `wrong-status` if the lifecycle doesn't allow it.
 */
export function cancel(order: Order): OrderChange | undefined {
  if (order.status === "CANCELLED" || order.cancelRequestedAt !== undefined) return undefined;
  if (canBecome(order.status, "CANCELLED")) return { cancelRequested: true };
  throw new Problem("wrong-status", `The order is ${order.status} and can't be cancelled.`);
}
