import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { setAside } from "../../aws/queues.ts";
import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { environment } from "./environment.ts";
import { logger, stopwatch } from "./log.ts";

/** What became of an event, for its log line: `outcome` in a word, and what else is worth knowing. Nothing personal. */
export interface Handled {
  outcome: string;
  [field: string]: unknown;
}

/** Thrown for a message that can never succeed, however often it is tried. The message says why; nothing personal. */
export class Hopeless extends Error {
  override readonly name = "Hopeless";
}

/**
 * Makes a Lambda function that handles the events of a queue, each for itself: one that fails comes again while the
 * others are done with. What can never succeed goes to the queue DEAD_LETTER_QUEUE_URL at once, with the reason.
 * Writes one log line a message.
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

/** Whether the message is done with, in one way or the other. */
async function handle(record: SQSRecord, work: (event: OrderEvent) => Promise<Handled>): Promise<boolean> {
  const passed = stopwatch();
  const about: Record<string, unknown> = { messageId: record.messageId };
  try {
    const event = readEvent(record.body);
    if (!event) throw new Hopeless("The message is not an event of an order.");
    const { eventId, type, orderId, correlationId } = event;
    Object.assign(about, { eventId, type, orderId, correlationId });
    const handled = await work(event);
    logger.info(handled.outcome, { ...about, ...handled, ...passed() });
    return true;
  } catch (error) {
    if (error instanceof Hopeless) return bury(record, error.message, about);
    logger.error("failed", { ...about, outcome: "failed", error: error as Error, ...passed() });
    return false;
  }
}

async function bury(record: SQSRecord, reason: string, about: Record<string, unknown>): Promise<boolean> {
  try {
    await setAside(environment("DEAD_LETTER_QUEUE_URL"), record.body, reason, attributesOf(record));
    logger.error("set aside", { ...about, outcome: "set aside", reason });
    return true;
  } catch (error) {
    logger.error("failed", { ...about, outcome: "failed", reason, error: error as Error });
    return false;
  }
}

/** SQS takes ten attributes; one is the reason's. */
const MAX_ATTRIBUTES = 9;

/** The attributes that the message came with, in the form that they are sent in. Topics send only strings. */
function attributesOf({ messageAttributes }: SQSRecord) {
  const texts = Object.entries(messageAttributes ?? {}).flatMap(([name, { dataType, stringValue }]) =>
    stringValue ? [[name, { DataType: dataType, StringValue: stringValue }] as const] : [],
  );
  return Object.fromEntries(texts.filter(([name]) => name !== "reason").slice(0, MAX_ATTRIBUTES));
}
