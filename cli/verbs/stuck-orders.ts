import { SFNClient } from "@aws-sdk/client-sfn";
import { runningOrders } from "../../aws/executions.ts";
import type { Order } from "../../domain/order.ts";
import { isStuck } from "../../domain/restarts.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { awaitsCustomer } from "../../store/awaited-payments.ts";
import { openOrders } from "../../store/open-orders.ts";
import { getOrder } from "../../store/orders.ts";

/**
 * The orders that the stack's sweeper restarts, one sooner than another.
 *
 * @param seconds - How long an order may make no progress. Default: the sweeper's own setting.
 */
export async function findStuckOrders(stack: Stack, seconds?: number): Promise<Order[]> {
  const stuckAfterSeconds = seconds ?? Number(stack.output("stuckAfterSeconds"));
  const running = await runningOrders({ client: new SFNClient(stack.awsClient), arn: stack.output("stateMachineArn") });
  const stuckAfterMs = stuckAfterSeconds * 1_000;
  const patience = { stuckAfterMs, deadlineMs: Number(stack.output("orderDeadlineHours")) * 3_600_000 };
  const table = ordersTable(stack);
  const found: Order[] = [];
  for await (const page of openOrders(table, Date.now() - stuckAfterMs)) {
    const orders = await Promise.all(page.map((orderId) => getOrder(table, orderId)));
    const existing = orders.filter((order) => order !== undefined);
    for (const order of existing.filter((order) => isStuck(order, running.has(order.orderId), patience)))
      if (!(await awaitsCustomer(table, order.orderId))) found.push(order);
  }
  return found;
}
