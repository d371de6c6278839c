import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { isRefusal, publish } from "../aws/events-topic.ts";
import { setAside } from "../aws/queues.ts";
import { type OrderEvent, toEvent } from "../domain/events.ts";
import { fromItem } from "../store/items.ts";
import { environment } from "./lib/environment.ts";
import { logger, stopwatch } from "./lib/log.ts";

const sns = new SNSClient(CLIENT_OPTIONS);
const sqs = new SQSClient(CLIENT_OPTIONS);

/**
 * Publishes the events in a batch of the table's stream, each at least once. A record that can't be read, or that the
 * topic refuses, goes to the queue FAILURE_QUEUE_URL with the reason, and the stream continues. Events copied from a
 * restored table are skipped: they were published before.
 *
 * @throws Error if an event could not be published, but a retry may succeed. The stream then delivers the whole batch
 * again, and its other events are published twice, with the same `eventId`.
 */
export async function handler({ Records }: DynamoDBStreamEvent, context?: Context): Promise<void> {
  const elapsed = stopwatch();
  if (context) logger.addContext(context);
  const fresh = Records.filter(({ dynamodb }) => !dynamodb?.NewImage?.restoredAt);
  const entries = fresh.map((record) => ({ record, event: readRecord(record) }));
  const topic = { client: sns, topicArn: environment("EVENTS_TOPIC_ARN") };
  const codes = await publish(
    topic,
    entries.flatMap(({ event }) => event ?? []),
  );
  // Let all of them finish, even if some fail: promises still pending when the function ends may never settle.
  const results = await Promise.allSettled(
    entries.map(({ record, event }) => conclude(record, event, event && codes.get(event), elapsed())),
  );
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}

function readRecord({ dynamodb }: DynamoDBRecord): OrderEvent | undefined {
  // The same JSON, typed by two packages.
  const image = dynamodb?.NewImage as Record<string, AttributeValue> | undefined;
  try {
    return image && toEvent(fromItem<{ event?: unknown }>(image).event);
  } catch {
    return undefined;
  }
}

/** @param code - SNS's error code for the event, if it was not published. */
async function conclude(
  record: DynamoDBRecord,
  event: OrderEvent | undefined,
  code: string | undefined,
  elapsed: { durationMs: number },
): Promise<void> {
  if (!event) return refuse(record, "The record has no readable order event.");
  if (code !== undefined && isRefusal(code)) return refuse(record, `The topic rejected the event: ${code}.`, event);
  const { eventId, type, orderId, correlationId } = event;
  const about = { eventId, type, orderId, correlationId, ...elapsed };
  if (code === undefined) {
    logger.info("published", { ...about, outcome: "published" });
  } else {
    logger.error("failed", { ...about, outcome: "failed", code });
    throw new Error(`SNS answered ${code} for the event ${eventId}.`);
  }
}

/** Puts the record's key and position into the failure queue: the record itself stays in the table. */
async function refuse({ eventID, dynamodb }: DynamoDBRecord, reason: string, event?: OrderEvent): Promise<void> {
  const finder = { eventID, keys: dynamodb?.Keys, sequenceNumber: dynamodb?.SequenceNumber };
  await setAside({ client: sqs, queueUrl: environment("FAILURE_QUEUE_URL") }, JSON.stringify(finder), reason);
  const { orderId, correlationId } = event ?? {};
  logger.error("set aside", { ...finder, orderId, correlationId, outcome: "set aside", reason });
}
