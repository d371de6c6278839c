import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";
import { chunk } from "es-toolkit";
import type { OrderEvent } from "../domain/events.ts";

/** The topic that orders' events are published to. */
export interface EventsTopic {
  client: SNSClient;
  topicArn: string;
}

/** SNS's error codes, by the events that it did not publish. */
export type PublishErrors = ReadonlyMap<OrderEvent, string>;

/** The most events in one batch. */
export const BATCH_SIZE = 10;

/**
 * Publishes up to ten events, each at least once.
 *
 * @throws Error of the SDK if the batch as a whole is refused, or SNS can't be reached.
 */
export async function publishBatch(
  { client, topicArn }: EventsTopic,
  events: readonly OrderEvent[],
): Promise<PublishErrors> {
  const batch = { TopicArn: topicArn, PublishBatchRequestEntries: events.map(toEntry) };
  const { Failed = [] } = await client.send(new PublishBatchCommand(batch));
  return new Map(Failed.map(({ Id, Code = "an error without a code" }) => [events[Number(Id)] as OrderEvent, Code]));
}

/**
 * Publishes any number of events, each at least once. Whatever fails, all of them are tried.
 *
 * @returns The errors. {@link isRefusal} tells which are permanent.
 */
export async function publish(topic: EventsTopic, events: readonly OrderEvent[]): Promise<PublishErrors> {
  return publishInBatches(topic, events, BATCH_SIZE);
}

async function publishInBatches(
  topic: EventsTopic,
  events: readonly OrderEvent[],
  size: number,
): Promise<PublishErrors> {
  const errors = await Promise.all(chunk(events, size).map((batch) => tryBatch(topic, batch)));
  return new Map(errors.flatMap((ofBatch) => [...ofBatch]));
}

async function tryBatch(topic: EventsTopic, events: readonly OrderEvent[]): Promise<PublishErrors> {
  try {
    return await publishBatch(topic, events);
  } catch (error) {
    const { name } = error as Error;
    // One event made SNS refuse the batch, or they are too long together: publish them one by one.
    if (isRefusal(name) && events.length > 1) return publishInBatches(topic, events, 1);
    return new Map(events.map((event) => [event, name]));
  }
}

/** Whether SNS would refuse the event every time. */
export function isRefusal(code: string): boolean {
  return /^(InvalidParameter|ParameterValueInvalid|BatchRequestTooLong|Validation)/.test(code);
}

/** An event as an entry of a batch, with the attributes that subscribers filter by. */
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
