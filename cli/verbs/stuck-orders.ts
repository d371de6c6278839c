import type { Order } from "../../domain/order.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { stuckOrders } from "../../store/open-orders.ts";

/**
 * Orders that still need work but have made no progress for a time, as the stack's sweeper finds them.
 *
 * @param seconds - How long. Default: the sweeper's own setting.
 */
export function findStuckOrders(stack: Stack, seconds?: number): Promise<Order[]> {
  const stuckAfterSeconds = seconds ?? Number(stack.output("stuckAfterSeconds"));
  return stuckOrders(ordersTable(stack), Date.now() - stuckAfterSeconds * 1_000);
}
