import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import { setAside } from "../../aws/queues.ts";
import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { environment } from "./environment.ts";
import { logger, stopwatch } from "./log.ts";

/** The result of handling an event, for its log line. Nothing personal. */
export interface Handled {
  outcome: string;
  [field: string]: unknown;
}

/** Thrown for a message that can never succeed. The error's message says why, and contains nothing personal. */
export class PoisonMessage extends Error {
  override readonly name = "PoisonMessage";
}

const sqs = new SQSClient(CLIENT_OPTIONS);

/**
 * Creates a Lambda function that handles a queue's events, each on its own: one that fails is redelivered, without the
 * others. A {@link PoisonMessage} goes to the queue DEAD_LETTER_QUEUE_URL at once, with the reason. Writes one log line
 * per message.
 *
 * @example
 * export const handler = queueConsumer(async (event) => ({ outcome: "seen" }));
 */
export function queueConsumer(work: (event: OrderEvent) => Promise<Handled>) {
  return async ({ Records }: SQSEvent, context?: Context): Promise<SQSBatchResponse> => {
    if (context) logger.addContext(context);
    const done = await Promise.all(Records.map((record) => handle(record, work)));
    const failed = Records.filter((_, index) => !done[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** @returns Whether the message is done; otherwise it is redelivered. */
async function handle(record: SQSRecord, work: (event: OrderEvent) => Promise<Handled>): Promise<boolean> {
  const elapsed = stopwatch();
  const about: Record<string, unknown> = { messageId: record.messageId };
  try {
    const event = readEvent(record.body);
    if (!event) throw new PoisonMessage("The message is not an event of an order.");
    const { eventId, type, orderId, correlationId } = event;
    Object.assign(about, { eventId, type, orderId, correlationId });
    const handled = await work(event);
    logger.info(handled.outcome, { ...about, ...handled, ...elapsed() });
    return true;
  } catch (error) {
    if (error instanceof PoisonMessage) return bury(record, error.message, about);
    logger.error("failed", { ...about, outcome: "failed", error: error as Error, ...elapsed() });
    return false;
  }
}

async function bury(record: SQSRecord, reason: string, about: Record<string, unknown>): Promise<boolean> {
  try {
    await setAside(
      { client: sqs, queueUrl: environment("DEAD_LETTER_QUEUE_URL") },
      record.body,
      reason,
      attributesOf(record),
    );
    logger.error("set aside", { ...about, outcome: "set aside", reason });
    return true;
  } catch (error) {
    logger.error("failed", { ...about, outcome: "failed", reason, error: error as Error });
    return false;
  }
}

/** SQS accepts ten attributes, and the reason takes one. */
const MAX_ATTRIBUTES = 9;

/** The message's attributes, in the format for sending. The topic's messages have only strings. */
function attributesOf({ messageAttributes }: SQSRecord) {
  const texts = Object.entries(messageAttributes ?? {}).flatMap(([name, { dataType, stringValue }]) =>
    stringValue ? [[name, { DataType: dataType, StringValue: stringValue }] as const] : [],
  );
  return Object.fromEntries(texts.filter(([name]) => name !== "reason").slice(0, MAX_ATTRIBUTES));
}
