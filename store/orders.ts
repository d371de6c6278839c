import { createHash } from "node:crypto";
import { GetItemCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { OrderEvent } from "../domain/events.ts";
import type { OrderStatus } from "../domain/lifecycle.ts";
import { needsWork, type Order } from "../domain/order.ts";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { fromItem, type Item, toItem } from "./items.ts";

/** What orders are listed by. */
export interface OrderFilter {
  status?: OrderStatus;
  customerId?: string;
}

/** One page of orders, the newest first, and the id to go on after if there may be more. */
export interface OrderPage {
  orders: Order[];
  last?: string;
}

/** The item of a new order, with the attributes that it is indexed by. */
export function orderItem(order: Order): Item {
  return toItem({ ...orderKey(order.orderId), ...order, ...indexAttributes(order, shardOf(order.orderId)) });
}

/** The attributes that an order is indexed by. Only what needs work is in the index of open orders. */
export function indexAttributes(order: Order, shard: number | string) {
  return {
    statusShard: `${order.status}#${shard}`,
    orderShard: `ORDERS#${shard}`,
    openShard: needsWork(order) ? `OPEN#${shard}` : undefined,
  };
}

/**
 * The item of an event: beside its order, so that one query reads an order's story. The event is in an attribute of its
 * own: with a `customerId` and an `orderId` of its own, the item would be in the customers' index, too.
 */
export function eventItem(event: OrderEvent): Item {
  const { pk } = orderKey(event.orderId);
  return toItem({ pk, sk: `EVENT#${String(event.version).padStart(6, "0")}`, event });
}

/** Reads an order, as it is after the last write. */
export async function getOrder(orderId: string): Promise<StoredOrder | undefined> {
  const get = { TableName: environment("ORDERS_TABLE"), Key: toItem(orderKey(orderId)), ConsistentRead: true };
  const { Item } = await dynamodb.send(new GetItemCommand(get));
  return Item && fromItem<StoredOrder>(Item);
}

/**
 * Lists orders, the newest first.
 *
 * @param after - Id of the last order of the page before; empty for the first page. Orders that are placed meanwhile
 * have higher ids, so they neither move nor repeat what follows.
 */
export async function listOrders(filter: OrderFilter, limit: number, after: string): Promise<OrderPage> {
  const { status, customerId } = filter;
  if (customerId !== undefined && status !== undefined) return listCustomerStatus(customerId, status, limit, after);
  const partitions =
    customerId !== undefined ? [inCustomer(customerId)] : shards().map((shard) => inShard(status, shard));
  // Any of the shards may have all of the page, and one more order than asked for tells whether there is a next page.
  const found = await Promise.all(partitions.map((partition) => readPartition(partition, limit + 1, after)));
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

/** Reads a partition's next orders. A page of DynamoDB ends after 1 MB, so it may take more than one. */
async function readPartition(partition: Partition, count: number, after: string): Promise<Order[]> {
  const orders: Order[] = [];
  let position: string | undefined = after;
  while (position !== undefined && orders.length < count) {
    const page: OrderPage = await readPage(query(partition, count - orders.length, position));
    orders.push(...page.orders);
    position = page.last;
  }
  return orders;
}

/** The customer's next orders, reduced to one status: may be fewer than the limit, or none, with more to come. */
function listCustomerStatus(customerId: string, status: OrderStatus, limit: number, after: string): Promise<OrderPage> {
  const { ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = query(inCustomer(customerId), limit, after);
  return readPage({
    ...rest,
    FilterExpression: "#status = :status",
    ExpressionAttributeNames: { ...ExpressionAttributeNames, "#status": "status" },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...toItem({ ":status": status }) },
  });
}

function query({ index, attribute, value }: Partition, limit: number, after: string): QueryCommandInput {
  return {
    TableName: environment("ORDERS_TABLE"),
    IndexName: index,
    KeyConditionExpression: after === "" ? "#partition = :value" : "#partition = :value AND orderId < :after",
    ExpressionAttributeNames: { "#partition": attribute },
    ExpressionAttributeValues: toItem({ ":value": value, ...(after !== "" && { ":after": after }) }),
    ScanIndexForward: false,
    Limit: limit,
  };
}

async function readPage(input: QueryCommandInput): Promise<OrderPage> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(new QueryCommand(input));
  const last = LastEvaluatedKey && fromItem<{ orderId: string }>(LastEvaluatedKey).orderId;
  return { orders: Items.map((item) => fromItem<StoredOrder>(item)), ...(last !== undefined && { last }) };
}

/** An order's item. */
export interface StoredOrder extends Order {
  pk: string;
  sk: string;
  /** `ORDERS#` and the number of its shard. */
  orderShard: string;
}

/** The key of an order's item. What belongs to the order is in the same partition. */
export function orderKey(orderId: string) {
  return { pk: `ORDER#${orderId}`, sk: "ORDER" };
}

/** Every shard of the indexes. */
export function shards(): number[] {
  return Array.from({ length: Number(environment("LIST_SHARDS")) }, (_, shard) => shard);
}

/** Spreads orders evenly over the shards; the same order is always in the same one. */
function shardOf(orderId: string): number {
  return createHash("sha256").update(orderId).digest().readUInt32BE() % shards().length;
}
