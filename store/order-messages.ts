import { paginateQuery } from "@aws-sdk/client-dynamodb";
import type { OrderEvent } from "../domain/events.ts";
import { mailKind, mailName, textedPhone } from "../domain/mails.ts";
import { fromItem, toItem } from "./items.ts";
import type { Claim, MessageId } from "./messages.ts";
import { orderKey, type StoredOrder } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/** A message that an order's customer gets. */
export interface OrderMessage {
  message: MessageId;
  /** Undefined before the first attempt to send it. */
  claim?: Claim;
  /** What the message reports. */
  event: OrderEvent;
}

/** The emails and text messages about an order, in the order of its events. @returns None if there is no such order. */
export async function findMessages({ client, table }: OrdersTable, orderId: string): Promise<OrderMessage[]> {
  const { pk, sk } = orderKey(orderId);
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: toItem({ ":pk": pk }),
    ConsistentRead: true,
  };
  const items = new Map<string, unknown>();
  for await (const { Items = [] } of paginateQuery({ client }, query)) {
    for (const item of Items) items.set(fromItem<{ sk: string }>(item).sk, fromItem(item));
  }
  const order = (items.get(sk) ?? {}) as Partial<StoredOrder>;
  const events = [...items].flatMap(([sk, item]) =>
    sk.startsWith("EVENT#") ? (item as { event: OrderEvent }).event : [],
  );
  return events.flatMap((event) => {
    const kind = mailKind(event.type);
    if (kind === undefined) return [];
    const name = mailName(kind, event);
    const isTexted = textedPhone(kind, order) !== undefined;
    const messages: MessageId[] = [`MAIL#${name}`, ...(isTexted ? [`SMS#${name}` as const] : [])];
    return messages.map((message) => {
      const claim = items.get(message) as Claim | undefined;
      return { message, event, ...(claim && { claim }) };
    });
  });
}
