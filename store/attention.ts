import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attention, AttentionReason } from "../domain/attention.ts";
import type { Order } from "../domain/order.ts";
import { toItem } from "./items.ts";
import { unfinishedOrders } from "./open-orders.ts";
import { getOrder, indexAttributes, orderKey, type StoredOrder, storedShardOf } from "./orders.ts";
import type { OrdersTable } from "./table.ts";
import { assign } from "./update-expression.ts";

/** A parked order. */
export type ParkedOrder = Order & { attention: Attention };

/**
 * Parks an order for a person: nothing works on it until it is resumed or cancelled. If it is parked already, the reason replaces
 * that one.
 *
 * @param order - As it was when the reason was found. If it changed since, it isn't parked.
 * @returns Whether this call parked it.
 */
export function park(db: OrdersTable, order: StoredOrder, reason: AttentionReason): Promise<boolean> {
  return write(db, { ...order, attention: { since: new Date().toISOString(), reason } }, order.attention);
}

/** Lets work on a parked order go on. @returns Whether it was parked. */
export async function resume(db: OrdersTable, orderId: string): Promise<boolean> {
  const order = await getOrder(db, orderId);
  if (!order?.attention) return false;
  const { attention: _, ...resumed } = order;
  return write(db, resumed, order.attention);
}

/** Every parked order, shard by shard, oldest first. */
export async function parkedOrders(db: OrdersTable): Promise<ParkedOrder[]> {
  const found: ParkedOrder[] = [];
  for await (const page of parkedIds(db)) {
    const orders = await Promise.all(page.map((orderId) => getOrder(db, orderId)));
    found.push(...orders.filter((order): order is StoredOrder & ParkedOrder => order?.attention !== undefined));
  }
  return found;
}

/** How many orders are parked. */
export async function countParked(db: OrdersTable): Promise<number> {
  let count = 0;
  for await (const page of parkedIds(db)) count += page.length;
  return count;
}

function parkedIds(db: OrdersTable): AsyncGenerator<string[]> {
  return unfinishedOrders(db, "PARKED", Date.now());
}

/**
 * Writes whether an order is parked, unless the order changed since it was read. Nobody is told of it, so there is neither
 * an event nor a new version.
 */
async function write({ client, table }: OrdersTable, order: StoredOrder, before?: Attention): Promise<boolean> {
  const { orderId, version, attention } = order;
  const { openShard } = indexAttributes(order, storedShardOf(order));
  const { values, ...assignment } = assign({ openShard, attention });
  const command = new UpdateItemCommand({
    TableName: table,
    Key: toItem(orderKey(orderId)),
    ...assignment,
    ConditionExpression: `version = :read AND ${before ? "attention.since = :since" : "attribute_not_exists(attention)"}`,
    ExpressionAttributeValues: toItem({ ...values, ":read": version, ":since": before?.since }),
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
