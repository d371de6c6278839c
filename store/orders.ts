import { createHash } from "node:crypto";
import { GetItemCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { OrderStatus } from "../domain/lifecycle.ts";
import { needsWork, type Order } from "../domain/order.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** What orders are listed by. */
export interface OrderFilter {
  status?: OrderStatus;
  customerId?: string;
}

/** One page of orders, newest first, and the id after which the next page starts if there may be one. */
export interface OrderPage {
  orders: Order[];
  last?: string;
}

/** An order's item. */
export interface StoredOrder extends Order {
  pk: string;
  sk: string;
  /** `ORDERS#` and the number of the order's shard. */
  orderShard: string;
}

/** The key of an order's item. Whatever belongs to the order is in the same partition. */
export function orderKey(orderId: string) {
  return { pk: `ORDER#${orderId}`, sk: "ORDER" };
}

/** The item of a new order, with the attributes that it is indexed by. */
export function orderItem({ shards }: Pick<OrdersTable, "shards">, order: Order): Item {
  const shard = shardOf(order.orderId, shards);
  return toItem({ ...orderKey(order.orderId), ...order, ...indexAttributes(order, shard) });
}

/**
 * The attributes that an order is indexed by. The index of open orders has only those that need work, and those that wait for a
 * person in partitions of their own.
 */
export function indexAttributes(order: Order, shard: number | string) {
  const open = order.attention ? "PARKED" : needsWork(order) ? "OPEN" : undefined;
  return {
    statusShard: `${order.status}#${shard}`,
    orderShard: `ORDERS#${shard}`,
    openShard: open && `${open}#${shard}`,
  };
}

/** The shard of an order that is stored: the one it was placed in, even if the number of shards has changed since. */
export function storedShardOf({ orderShard }: StoredOrder): string {
  return orderShard.slice("ORDERS#".length);
}

/** Spreads orders evenly over the shards. The same order always gets the same one. */
function shardOf(orderId: string, shards: number): number {
  return createHash("sha256").update(orderId).digest().readUInt32BE() % shards;
}

/** Reads an order with strong consistency. */
export async function getOrder({ client, table }: OrdersTable, orderId: string): Promise<StoredOrder | undefined> {
  const get = { TableName: table, Key: toItem(orderKey(orderId)), ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(get));
  return Item && fromItem<StoredOrder>(Item);
}

/**
 * Lists orders, newest first.
 *
 * @param limit - The most orders to return.
 * @param after - Id of the previous page's last order; empty for the first page. Orders placed in the meantime have higher
 * ids, so they neither shift nor repeat the pages that follow.
 */
export async function listOrders(
  db: OrdersTable,
  filter: OrderFilter,
  limit: number,
  after: string,
): Promise<OrderPage> {
  const { status, customerId } = filter;
  if (customerId !== undefined && status !== undefined) {
    return listCustomerStatus(db, inCustomer(customerId), status, limit, after);
  }
  const partitions =
    customerId !== undefined
      ? [inCustomer(customerId)]
      : Array.from({ length: db.shards }, (_, shard) => inShard(status, shard));
  // Any shard may hold the whole page. One order more than asked for shows whether there is a next page.
  const found = await Promise.all(partitions.map((partition) => readPartition(db, partition, limit + 1, after)));
  const merged = found.flat().sort((a, b) => (a.orderId < b.orderId ? 1 : -1));
  const orders = merged.slice(0, limit);
  const last = orders.at(-1);
  return { orders, ...(merged.length > limit && last && { last: last.orderId }) };
}

/** One partition of an index. */
interface Partition {
  index: "byStatus" | "byCreation" | "byCustomer";
  attribute: "statusShard" | "orderShard" | "customerId";
  value: string;
}

function inCustomer(customerId: string): Partition {
  return { index: "byCustomer", attribute: "customerId", value: customerId };
}

function inShard(status: OrderStatus | undefined, shard: number): Partition {
  if (status === undefined) return { index: "byCreation", attribute: "orderShard", value: `ORDERS#${shard}` };
  return { index: "byStatus", attribute: "statusShard", value: `${status}#${shard}` };
}

/** Reads a partition's next orders. That may take several pages, since DynamoDB ends a page after 1 MB. */
async function readPartition(db: OrdersTable, partition: Partition, count: number, after: string): Promise<Order[]> {
  const orders: Order[] = [];
  let position: string | undefined = after;
  while (position !== undefined && orders.length < count) {
    const page: OrderPage = await readPage(db, query(partition, count - orders.length, position));
    orders.push(...page.orders);
    position = page.last;
  }
  return orders;
}

/** Lists a customer's orders of one status. DynamoDB filters after reading, so a page may be short or empty. */
function listCustomerStatus(
  db: OrdersTable,
  customer: Partition,
  status: OrderStatus,
  limit: number,
  after: string,
): Promise<OrderPage> {
  const { ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = query(customer, limit, after);
  return readPage(db, {
    ...rest,
    FilterExpression: "#status = :status",
    ExpressionAttributeNames: { ...ExpressionAttributeNames, "#status": "status" },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ":status": status }) },
  });
}

type PageQuery = Omit<QueryCommandInput, "TableName">;

function query({ index, attribute, value }: Partition, limit: number, after: string): PageQuery {
  return {
    IndexName: index,
    KeyConditionExpression: after === "" ? "#partition = :value" : "#partition = :value AND orderId < :after",
    ExpressionAttributeNames: { "#partition": attribute },
    ExpressionAttributeValues: toItem({ ":value": value, ...(after !== "" && { ":after": after }) }),
    ScanIndexForward: false,
    Limit: limit,
  };
}

async function readPage({ client, table }: OrdersTable, page: PageQuery): Promise<OrderPage> {
  const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ TableName: table, ...page }));
  const last = LastEvaluatedKey && fromItem<{ orderId: string }>(LastEvaluatedKey).orderId;
  return { orders: Items.map((item) => fromItem<StoredOrder>(item)), ...(last !== undefined && { last }) };
}
