import { SFNClient } from "@aws-sdk/client-sfn";
import { runningOrders } from "../../aws/executions.ts";
import type { Order } from "../../domain/order.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { stuckOrders } from "../../store/open-orders.ts";

/**
 * Orders that still need work but have made no progress for a time, and whose workflow isn't running. The stack's sweeper finds
 * them, and overdue ones whose workflow is running.
 *
 * @param seconds - How long. Default: the sweeper's own setting.
 */
export async function findStuckOrders(stack: Stack, seconds?: number): Promise<Order[]> {
  const stuckAfterSeconds = seconds ?? Number(stack.output("stuckAfterSeconds"));
  const running = await runningOrders({ client: new SFNClient(stack.awsClient), arn: stack.output("stateMachineArn") });
  const found = await stuckOrders(ordersTable(stack), Date.now() - stuckAfterSeconds * 1_000);
  return found.filter(({ orderId }) => !running.has(orderId));
}
