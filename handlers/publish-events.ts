import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type BatchResultErrorEntry, PublishBatchCommand } from "@aws-sdk/client-sns";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { type OrderEvent, toEvent } from "../orders/events.ts";
import { environment } from "./lib/environment.ts";
import { BATCH_SIZE, toEntry } from "./lib/event-batch.ts";
import { fromItem } from "./lib/items.ts";
import { logger } from "./lib/log.ts";
import { setAside } from "./lib/queues.ts";
import { sns } from "./lib/sns.ts";

/**
 * Publishes the events in a batch of the table's stream, each at least once. A record that can't be read, or that the
 * topic refuses, goes to the queue FAILURE_QUEUE_URL with the reason, and the stream goes on. Events that were put back
 * from a restored table are left out: the world has heard of them.
 *
 * @throws Error if an event could not be published that may be the next time. The stream then sends the whole batch
 * again, and what was published is published twice, with the same `eventId`.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<void> {
  const start = performance.now();
  if (context) logger.addContext(context);
  const entries: Entry[] = [];
  const work: Promise<void>[] = [];
  for (const record of Records) {
    if (record.dynamodb?.NewImage?.restoredAt) continue;
    const event = readRecord(record);
    if (event) entries.push({ record, event, start });
    else work.push(refuse(record, "The record has no event of an order that can be read."));
  }
  for (let first = 0; first < entries.length; first += BATCH_SIZE) {
    work.push(publish(entries.slice(first, first + BATCH_SIZE)));
  }
  await allOf(work);
}

/** A record of the stream, and the event that it carries. */
interface Entry {
  record: DynamoDBRecord;
  event: OrderEvent;
  /** When the call began, on Node's own clock. */
  start: number;
}

function readRecord({ dynamodb }: DynamoDBRecord): OrderEvent | undefined {
  // Two packages type the same JSON.
  const image = dynamodb?.NewImage as Record<string, AttributeValue> | undefined;
  try {
    return image && toEvent(fromItem<{ event?: unknown }>(image).event);
  } catch {
    return undefined;
  }
}

/** @throws Error if one of the events may go through the next time. */
async function publish(entries: Entry[]): Promise<void> {
  let failed: BatchResultErrorEntry[];
  try {
    const TopicArn = environment("EVENTS_TOPIC_ARN");
    const PublishBatchRequestEntries = entries.map(({ event }, index) => toEntry(event, index));
    failed = (await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).Failed ?? [];
  } catch (error) {
    const { name } = error as Error;
    // The batch was refused for one of its entries, or because they are too long together.
    if (isRefusal(name) && entries.length > 1) return allOf(entries.map((entry) => publish([entry])));
    failed = entries.map((_, index) => ({ Id: String(index), Code: name, SenderFault: true }));
  }
  const codes = new Map(failed.map(({ Id, Code = "an error without a code" }) => [Id, Code]));
  await allOf(entries.map((entry, index) => conclude(entry, codes.get(String(index)))));
}

/** @param code - What SNS answered for the event, if it did not publish it. */
async function conclude({ record, event, start }: Entry, code: string | undefined): Promise<void> {
  if (code !== undefined && isRefusal(code)) return refuse(record, `The topic refuses the event: ${code}.`, event);
  const { eventId, type, orderId, correlationId } = event;
  const durationMs = Math.round(performance.now() - start);
  const about = { eventId, type, orderId, correlationId, durationMs };
  if (code === undefined) {
    logger.info("published", { ...about, outcome: "published" });
  } else {
    logger.error("failed", { ...about, outcome: "failed", code });
    throw new Error(`SNS answered ${code} for the event ${eventId}.`);
  }
}

/** Whether SNS would answer the same again: the event itself is what it doesn't take. */
function isRefusal(code: string): boolean {
  return /^(InvalidParameter|ParameterValueInvalid|BatchRequestTooLong|Validation)/.test(code);
}

/** Puts what finds the record into the failure queue: the record itself stays in the table. */
async function refuse({ eventID, dynamodb }: DynamoDBRecord, reason: string, event?: OrderEvent): Promise<void> {
  const finder = { eventID, keys: dynamodb?.Keys, sequenceNumber: dynamodb?.SequenceNumber };
  await setAside(environment("FAILURE_QUEUE_URL"), JSON.stringify(finder), reason);
  const { orderId, correlationId } = event ?? {};
  logger.error("set aside", { ...finder, orderId, correlationId, outcome: "set aside", reason });
}

/** Waits for all of it, whatever fails: what is left undone when the function ends may never be done. */
async function allOf(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}
