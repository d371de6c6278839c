import { ConditionalCheckFailedException, paginateQuery, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { fromItem, toItem } from "./items.ts";
import { lowestIdOf } from "./order-ids.ts";
import { orderKey } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/** The most orders in one page of the index. A page's orders are read all at once. */
const PAGE_SIZE = 25;

/**
 * Ids of orders that still need work, parked ones apart, and were placed before the time, shard by shard, oldest first, page
 * by page. On AWS the index lags a moment behind, so some of them may be done by now.
 *
 * @param time - Milliseconds since 1970.
 */
export function openOrders(db: OrdersTable, time: number): AsyncGenerator<string[]> {
  return unfinishedOrders(db, "OPEN", time);
}

/**
 * Ids of orders in one half of the index `byOpen`, as {@link openOrders}.
 *
 * @param half - Those that something works on, or those that are parked.
 */
export async function* unfinishedOrders(
  { client, table, shards }: OrdersTable,
  half: "OPEN" | "PARKED",
  time: number,
): AsyncGenerator<string[]> {
  const before = lowestIdOf(time);
  for (let shard = 0; shard < shards; shard++) {
    const query = {
      TableName: table,
      IndexName: "byOpen",
      KeyConditionExpression: "openShard = :shard AND orderId < :before",
      ExpressionAttributeValues: toItem({ ":shard": `${half}#${shard}`, ":before": before }),
    };
    for await (const { Items = [] } of paginateQuery({ client, pageSize: PAGE_SIZE }, query)) {
      yield Items.map((item) => fromItem<{ orderId: string }>(item).orderId);
    }
  }
}

/**
 * Records that an order's workflow was restarted for the nth time, unless another sweep already has.
 *
 * @param at - When: RFC 3339, UTC.
 */
export async function recordRedrive(
  { client, table }: OrdersTable,
  orderId: string,
  redrives: number,
  at: string,
): Promise<void> {
  const update = {
    TableName: table,
    Key: toItem(orderKey(orderId)),
    UpdateExpression: "SET redrives = :redrives, redrivenAt = :at",
    ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(redrives) OR redrives < :redrives)",
    ExpressionAttributeValues: toItem({ ":redrives": redrives, ":at": at }),
  };
  try {
    await client.send(new UpdateItemCommand(update));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
