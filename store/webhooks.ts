import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** Longer than Stripe reports an event (three days), and than it keeps one (30 days). Source: "Webhooks" in Stripe's documentation. */
const LIFETIME_SECONDS = 31 * 24 * 3_600;

/** Whether a provider's event has been handled. */
export async function isHandled({ client, table }: OrdersTable, eventId: string): Promise<boolean> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: keyOf(eventId), ConsistentRead: true }),
  );
  return Item !== undefined;
}

/** Records that a provider's event has been handled. */
export async function markHandled({ client, table }: OrdersTable, eventId: string): Promise<void> {
  const update = {
    TableName: table,
    Key: keyOf(eventId),
    UpdateExpression: "SET expiresAt = :expiresAt",
    ExpressionAttributeValues: toItem({ ":expiresAt": Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS }),
  };
  await client.send(new UpdateItemCommand(update));
}

function keyOf(eventId: string) {
  return toItem({ pk: `WEBHOOK#${eventId}`, sk: "WEBHOOK" });
}
