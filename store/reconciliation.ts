import { GetItemCommand, paginateQuery, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { uniq } from "es-toolkit";
import type { Order } from "../domain/order.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import type { PaidOrder, Period } from "../domain/reconciliation.ts";
import { batchGet } from "./batch-get.ts";
import { partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { lowestIdOf } from "./order-ids.ts";
import { orderKey } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/** Orders per page: their items fill one batch of reads. */
const PAGE_SIZE = 50;

/** Reads orders with their payments. @returns Those that exist, by order id. @throws Failure `Busy`: try again later. */
export async function ordersWithPayments(
  db: OrdersTable,
  orderIds: readonly string[],
): Promise<Map<string, PaidOrder>> {
  const keys = uniq(orderIds).flatMap((orderId) => [toItem(orderKey(orderId)), partKey(orderId, "PAYMENT")]);
  const items = await batchGet(db, keys);
  const payments = new Map(items.filter(({ sk }) => sk?.S === "PAYMENT").map((item) => [item.pk?.S, item]));
  const found = items
    .filter(({ sk }) => sk?.S === "ORDER")
    .map((item) => {
      const order = fromItem<Order>(item);
      const payment = payments.get(item.pk?.S);
      return [order.orderId, { order, ...(payment && { payment: fromItem<PaymentRecord>(payment) }) }] as const;
    });
  return new Map(found);
}

/** Ids of the orders that were placed in a period, page by page, shard by shard. */
export async function* ordersPlaced(
  { client, table, shards }: OrdersTable,
  { from, to }: Period,
): AsyncGenerator<string[]> {
  for (let shard = 0; shard < shards; shard++) {
    const query = {
      TableName: table,
      IndexName: "byCreation",
      KeyConditionExpression: "orderShard = :shard AND orderId BETWEEN :first AND :last",
      ExpressionAttributeValues: toItem({
        ":shard": `ORDERS#${shard}`,
        ":first": lowestIdOf(from),
        ":last": lowestIdOf(to),
      }),
      ProjectionExpression: "orderId",
    };
    for await (const { Items = [] } of paginateQuery({ client, pageSize: PAGE_SIZE }, query))
      yield Items.map((item) => fromItem<{ orderId: string }>(item).orderId);
  }
}

/** What is left of the last reconciliation of so many days, if it was too much for one run. */
export async function unfinishedPeriod({ client, table }: OrdersTable, days: number): Promise<Period | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(days), ConsistentRead: true }));
  return Item && fromItem<{ unfinished?: Period }>(Item).unfinished;
}

/** Records what is left of a reconciliation of so many days, or that nothing is. */
export async function keepUnfinishedPeriod(
  { client, table }: OrdersTable,
  days: number,
  period: Period | undefined,
): Promise<void> {
  const update = {
    TableName: table,
    Key: keyOf(days),
    ...(period
      ? {
          UpdateExpression: "SET unfinished = :period",
          ExpressionAttributeValues: toItem({ ":period": period }),
        }
      : { UpdateExpression: "REMOVE unfinished" }),
  };
  await client.send(new UpdateItemCommand(update));
}

function keyOf(days: number) {
  return toItem({ pk: "RECONCILIATION", sk: `DAYS#${days}` });
}
