import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import { type ReceivedMessage, setAside } from "../../aws/queues.ts";
import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { Failure } from "../../domain/failure.ts";
import { environment } from "./environment.ts";
import { logger, stopwatch } from "./log.ts";
import { measure } from "./metrics.ts";
import { isUnexpected } from "./unexpected-errors.ts";

/** The result of handling an event, for its log line. Nothing personal. */
interface Handled {
  outcome: string;
  [field: string]: unknown;
}

/** Thrown for a message that can never succeed. The error's message says why, and contains nothing personal. */
export class PoisonMessage extends Error {
  override readonly name = "PoisonMessage";
}

/** The client of this function. */
export const sqs = new SQSClient(CLIENT_OPTIONS);

/** A message, with the fields of its log line. */
export interface Message {
  orderId?: string;
  correlationId: string;
  eventId?: string;
  type?: string;
  step?: string;
}

/** @param receives - How often the queue has delivered the message, this time included. */
type Work<M> = (message: M, receives: number) => Promise<Handled>;

/** Handles one kind of messages. */
export interface Consumer<M extends Message> {
  /** Reads a message's body. @throws PoisonMessage if it is no such message. */
  read(body: string): M | Promise<M>;
  work: Work<M>;
}

/**
 * Creates a Lambda function that handles a queue's messages, each on its own: one that fails is redelivered, without the
 * others. A {@link PoisonMessage} goes to the queue DEAD_LETTER_QUEUE_URL at once, with the reason. Writes one log line
 * per message.
 *
 * @example
 * export const handler = queueConsumer(async (event) => ({ outcome: "seen" }));
 */
export function queueConsumer(work: Work<OrderEvent>) {
  return batchConsumer((records) =>
    Promise.all(records.map((record) => handle(record, { read: readOrderEvent, work }))),
  );
}

/** Reads an event. @throws PoisonMessage */
export function readOrderEvent(body: string): OrderEvent {
  const event = readEvent(body);
  if (!event) throw new PoisonMessage("The message is not an event of an order.");
  return event;
}

/** @param consume - Handles messages. Resolves to which of them are done; the others are redelivered. */
export function batchConsumer(consume: (records: ReceivedMessage[]) => Promise<boolean[]>) {
  return async ({ Records }: SQSEvent, context?: Context): Promise<SQSBatchResponse> => {
    if (context) logger.addContext(context);
    const done = await consume(Records);
    const failed = Records.filter((_, index) => !done[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** Handles one message, and logs what came of it. @returns Whether it is done; otherwise it may succeed later. */
export async function handle<M extends Message>(
  record: ReceivedMessage,
  { read, work }: Consumer<M>,
): Promise<boolean> {
  const elapsed = stopwatch();
  const about: Record<string, unknown> = { messageId: record.messageId };
  try {
    const message = await read(record.body);
    const { eventId, type, step, orderId, correlationId } = message;
    Object.assign(about, { eventId, type, step, orderId, correlationId });
    const handled = await work(message, receivesOf(record));
    logger.info(handled.outcome, { ...about, ...handled, ...elapsed() });
    return true;
  } catch (error) {
    if (error instanceof PoisonMessage) return bury(record, error.message, about);
    const { name, message: reason } = error as Error;
    if (error instanceof Failure) logger.warn(name, { ...about, outcome: name, reason, ...elapsed() });
    else logger.error("failed", { ...about, outcome: "failed", error: error as Error, ...elapsed() });
    // Once a message: how often one message fails says nothing of a release.
    if (receivesOf(record) === 1 && isUnexpected(error)) measure({ MessagesFailed: 1 }, {});
    return false;
  }
}

/** How often the queue has delivered a message. */
export function receivesOf({ attributes }: ReceivedMessage): number {
  return Number(attributes?.ApproximateReceiveCount ?? 1);
}

async function bury(record: ReceivedMessage, reason: string, about: Record<string, unknown>): Promise<boolean> {
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
function attributesOf({ messageAttributes }: ReceivedMessage) {
  const texts = Object.entries(messageAttributes ?? {}).flatMap(([name, { dataType, stringValue }]) =>
    stringValue ? [[name, { DataType: dataType, StringValue: stringValue }] as const] : [],
  );
  return Object.fromEntries(texts.filter(([name]) => name !== "reason").slice(0, MAX_ATTRIBUTES));
}
