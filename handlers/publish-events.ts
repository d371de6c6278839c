import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { isRefusal, publish } from "../aws/events-topic.ts";
import { setAside } from "../aws/queues.ts";
import { type OrderEvent, toEvent } from "../domain/events.ts";
import { fromItem } from "../store/items.ts";
import { environment } from "./lib/environment.ts";
import { logger, stopwatch } from "./lib/log.ts";

/**
 * Publishes the events in a batch of the table's stream, each at least once. A record that can't be read, or that the
 * topic refuses, goes to the queue FAILURE_QUEUE_URL with the reason, and the stream goes on. Events that were put back
 * from a restored table are left out: the world has heard of them.
 *
 * @throws Error if an event could not be published that may be the next time. The stream then sends the whole batch
 * again, and what was published is published twice, with the same `eventId`.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<void> {
  const passed = stopwatch();
  if (context) logger.addContext(context);
  const news = Records.filter(({ dynamodb }) => !dynamodb?.NewImage?.restoredAt);
  const entries = news.map((record) => ({ record, event: readRecord(record) }));
  const codes = await publish(entries.flatMap(({ event }) => event ?? []));
  // All of it, whatever fails: what is left undone when the function ends may never be done.
  const results = await Promise.allSettled(
    entries.map(({ record, event }) => conclude(record, event, event && codes.get(event), passed())),
  );
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
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

/** @param code - What SNS answered for the event, if it did not publish it. */
async function conclude(
  record: DynamoDBRecord,
  event: OrderEvent | undefined,
  code: string | undefined,
  passed: { durationMs: number },
): Promise<void> {
  if (!event) return refuse(record, "The record has no event of an order that can be read.");
  if (code !== undefined && isRefusal(code)) return refuse(record, `The topic refuses the event: ${code}.`, event);
  const { eventId, type, orderId, correlationId } = event;
  const about = { eventId, type, orderId, correlationId, ...passed };
  if (code === undefined) {
    logger.info("published", { ...about, outcome: "published" });
  } else {
    logger.error("failed", { ...about, outcome: "failed", code });
    throw new Error(`SNS answered ${code} for the event ${eventId}.`);
  }
}

/** Puts what finds the record into the failure queue: the record itself stays in the table. */
async function refuse({ eventID, dynamodb }: DynamoDBRecord, reason: string, event?: OrderEvent): Promise<void> {
  const finder = { eventID, keys: dynamodb?.Keys, sequenceNumber: dynamodb?.SequenceNumber };
  await setAside(environment("FAILURE_QUEUE_URL"), JSON.stringify(finder), reason);
  const { orderId, correlationId } = event ?? {};
  logger.error("set aside", { ...finder, orderId, correlationId, outcome: "set aside", reason });
}
