import { GetItemCommand, paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb";
import { type OrderEvent, toEvent } from "../domain/events.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { orderKey } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/**
 * The item of an event, in the order's partition, so that one query reads an order's history. The event is an attribute of
 * its own: with `customerId` and `orderId` at the top level, the item would appear in the customers' index.
 */
export function eventItem(event: OrderEvent): Item {
  const { pk } = orderKey(event.orderId);
  return toItem({ pk, sk: `EVENT#${String(event.version).padStart(6, "0")}`, event });
}

/** Reads the event of one item. @returns Undefined if there is none, or it can't be read. */
export async function getEvent({ client, table }: OrdersTable, { pk, sk }: Item): Promise<OrderEvent | undefined> {
  const key = { pk, sk } as Item;
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return Item && toEvent(fromItem<{ event?: unknown }>(Item).event);
}

/** Selects events: those of one order, or all of a period, both ends included. */
export type EventSelection = { orderId: string } | { from: Date; to: Date };

/** Finds events, page by page. One order takes a query; a period scans the whole table, as no index has events by time. */
export async function* findEvents(
  { client, table }: OrdersTable,
  selection: EventSelection,
): AsyncGenerator<OrderEvent[]> {
  if ("orderId" in selection) {
    const { pk } = orderKey(selection.orderId);
    const query = {
      TableName: table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :event)",
      ExpressionAttributeValues: toItem({ ":pk": pk, ":event": "EVENT#" }),
    };
    for await (const { Items } of paginateQuery({ client }, query)) yield eventsIn(Items);
    return;
  }
  const { from, to } = selection;
  const scan = {
    TableName: table,
    FilterExpression: "begins_with(sk, :event) AND #event.#at BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#event": "event", "#at": "at" },
    ExpressionAttributeValues: toItem({ ":event": "EVENT#", ":from": from.toISOString(), ":to": to.toISOString() }),
  };
  for await (const { Items } of paginateScan({ client }, scan)) yield eventsIn(Items);
}

function eventsIn(items: Item[] = []): OrderEvent[] {
  return items.map((item) => fromItem<{ event: OrderEvent }>(item).event);
}
