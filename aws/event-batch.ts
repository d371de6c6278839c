import type { PublishBatchRequestEntry } from "@aws-sdk/client-sns";
import type { OrderEvent } from "../domain/events.ts";

/** The most entries that SNS takes in one batch. */
export const BATCH_SIZE = 10;

/** An event as an entry of a batch for the topic, with the attributes that subscribers filter by. */
export function toEntry(event: OrderEvent, index: number): PublishBatchRequestEntry {
  const { type, status, customerId } = event;
  const attributes = Object.entries({ type, status, customerId }).filter(([, value]) => value !== undefined);
  return {
    Id: String(index),
    Message: JSON.stringify(event),
    MessageAttributes: Object.fromEntries(
      attributes.map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    ) as NonNullable<PublishBatchRequestEntry["MessageAttributes"]>,
  };
}
