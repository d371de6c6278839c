import { type DynamoDBClient, paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { inBatches } from "../../aws/batches.ts";
import { BATCH_SIZE, toEntry } from "../../aws/event-batch.ts";
import type { OrderEvent } from "../../domain/events.ts";
import { fromItem, type Item, toItem } from "../../store/items.ts";
import { orderKey } from "../../store/orders.ts";

/** Which events: those of one order, or all that happened in a time, both ends included. */
export type Selection = { orderId: string } | { from: Date; to: Date };

/**
 * Finds events in the table. Those of one order take one query; those of a time take a look at the whole table, as no
 * index has them by time.
 */
export async function* eventsOf(
  client: DynamoDBClient,
  table: string,
  selection: Selection,
): AsyncGenerator<OrderEvent[]> {
  const toEvents = (items: Item[] = []) => items.map((item) => fromItem<{ event: OrderEvent }>(item).event);
  if ("orderId" in selection) {
    const { pk } = orderKey(selection.orderId);
    const query = {
      TableName: table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :event)",
      ExpressionAttributeValues: toItem({ ":pk": pk, ":event": "EVENT#" }),
    };
    for await (const { Items } of paginateQuery({ client }, query)) yield toEvents(Items);
    return;
  }
  const { from, to } = selection;
  const scan = {
    TableName: table,
    FilterExpression: "begins_with(sk, :event) AND #event.#at BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#event": "event", "#at": "at" },
    ExpressionAttributeValues: toItem({ ":event": "EVENT#", ":from": from.toISOString(), ":to": to.toISOString() }),
  };
  for await (const { Items } of paginateScan({ client }, scan)) yield toEvents(Items);
}

/**
 * Publishes events once more, as they were published before.
 *
 * @throws Error if the topic refuses one. What came before it is published then.
 */
export async function publish(sns: SNSClient, topic: string, events: OrderEvent[]): Promise<void> {
  for (const batch of inBatches(events, BATCH_SIZE)) {
    const request = { TopicArn: topic, PublishBatchRequestEntries: batch.map(toEntry) };
    const [failure] = (await sns.send(new PublishBatchCommand(request))).Failed ?? [];
    if (!failure) continue;
    const { eventId } = batch[Number(failure.Id)] ?? {};
    throw new Error(`The topic refused the event ${eventId}: ${failure.Code}.`);
  }
}
