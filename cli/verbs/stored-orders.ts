import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { isStuck, type Order } from "../../domain/order.ts";
import type { Stack } from "../../stacks/stack.ts";
import { fromItem, toItem } from "../../store/items.ts";
import { type OrdersTable, openOrders } from "../../store/open-orders.ts";
import { orderKey } from "../../store/orders.ts";

/** The table of a stack's orders, which knows more of them than the API tells. */
export function ordersTable({ awsClient, output }: Stack): OrdersTable {
  const shards = Array.from({ length: Number(output("listShards")) }, (_, shard) => shard);
  return { client: new DynamoDBClient(awsClient), name: output("ordersTable"), shards };
}

/** Reads an order as it is stored. */
export async function storedOrder({ client, name }: OrdersTable, orderId: string): Promise<Order | undefined> {
  const get = new GetItemCommand({ TableName: name, Key: toItem(orderKey(orderId)), ConsistentRead: true });
  const { Item } = await client.send(get);
  return Item && fromItem<Order>(Item);
}

/**
 * The orders that still need work but saw none for so long, the oldest first: as the sweeper finds them.
 *
 * @param seconds - Default: what the sweeper of the stack takes for stuck.
 */
export async function stuckOrders(stack: Stack, seconds?: number): Promise<Order[]> {
  const table = ordersTable(stack);
  const since = Date.now() - (seconds ?? Number(stack.output("stuckAfterSeconds"))) * 1_000;
  const found: Order[] = [];
  for await (const page of openOrders(since, table)) {
    const orders = await Promise.all(page.map((orderId) => storedOrder(table, orderId)));
    found.push(...orders.flatMap((order) => (order && isStuck(order, since) ? [order] : [])));
  }
  return found;
}
