import type { Message, MessageAttributeValue, SQS } from "@aws-sdk/client-sqs";
import { chunk } from "es-toolkit";
import { type OrderEvent, readEvent } from "../../../domain/events.ts";

/** A message that failed, as operators look at it. */
export interface DeadLetter {
  messageId: string;
  receiptHandle: string;
  /** RFC 3339, UTC: when it was first sent. */
  sentAt: string;
  /** Why it was set aside, where somebody said so. Others failed too often. */
  reason?: string;
  orderId?: string;
  /** Type of its event, where it is one. */
  type?: OrderEvent["type"];
  body: string;
  attributes: Record<string, MessageAttributeValue>;
}

/** The most messages that SQS takes or gives at once. */
const BATCH_SIZE = 10;

/** So long nobody else gets a message that is looked at: many times what a batch takes, and short after a crash. */
const HELD_SECONDS = 30;

/**
 * Receives all messages of a queue, batch by batch, each once. They stay in the queue, but nobody else gets them for
 * half a minute, unless they are released.
 */
export async function* receiveLetters(sqs: SQS, QueueUrl: string): AsyncGenerator<DeadLetter[]> {
  const seen = new Set<string>();
  const request = {
    QueueUrl,
    MaxNumberOfMessages: BATCH_SIZE,
    VisibilityTimeout: HELD_SECONDS,
    WaitTimeSeconds: 1, // asks all of SQS's servers: nothing means that there is nothing
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["SentTimestamp" as const],
  };
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage(request);
    const letters = Messages.map(toLetter).filter(({ messageId }) => !seen.has(messageId));
    if (letters.length === 0) return;
    for (const { messageId } of letters) seen.add(messageId);
    yield letters;
  }
}

/** Which messages are looked at. */
export interface Taking {
  /** Those of this order only. */
  orderId?: string | undefined;
  /** So many at the most. */
  limit?: number;
  /** Whether nobody else is to get them for half a minute. */
  keepInHand: boolean;
}

/** Looks at messages of a queue. */
export async function takeLetters(
  sqs: SQS,
  QueueUrl: string,
  { orderId, limit = Number.POSITIVE_INFINITY, keepInHand }: Taking,
): Promise<DeadLetter[]> {
  const taken: DeadLetter[] = [];
  const others: DeadLetter[] = [];
  try {
    for await (const letters of receiveLetters(sqs, QueueUrl)) {
      for (const letter of letters) {
        const isWanted = taken.length < limit && (orderId === undefined || letter.orderId === orderId);
        (isWanted ? taken : others).push(letter);
      }
      if (taken.length >= limit) break;
    }
    return taken;
  } finally {
    await release(sqs, QueueUrl, keepInHand ? others : [...taken, ...others]);
  }
}

/** Lets others get the messages again at once. */
export async function release(sqs: SQS, QueueUrl: string, letters: DeadLetter[]): Promise<void> {
  for (const batch of chunk(letters, BATCH_SIZE)) {
    const Entries = batch.map(({ receiptHandle }, index) => ({
      ...{ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 },
    }));
    await sqs.changeMessageVisibilityBatch({ QueueUrl, Entries });
  }
}

/** Takes messages out of the queue for good. @returns Those that SQS did not take out. */
export async function remove(sqs: SQS, QueueUrl: string, letters: DeadLetter[]): Promise<DeadLetter[]> {
  const left: DeadLetter[] = [];
  for (const batch of chunk(letters, BATCH_SIZE)) {
    const Entries = batch.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const { Failed = [] } = await sqs.deleteMessageBatch({ QueueUrl, Entries });
    left.push(...batch.filter((_, index) => Failed.some(({ Id }) => Id === String(index))));
  }
  return left;
}

function toLetter(message: Message): DeadLetter {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const { type, orderId = orderOfPayment(Body) ?? orderOfRecord(Body) } = readEvent(Body) ?? {};
  const reason = MessageAttributes.reason?.StringValue;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    sentAt: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    ...(reason !== undefined && { reason }),
    ...(orderId !== undefined && { orderId }),
    ...(type !== undefined && { type }),
    body: Body,
    attributes: MessageAttributes,
  };
}

/** The keys of a record in the table, in DynamoDB's own JSON. */
export interface RecordKeys {
  pk: { S: string };
  sk: { S: string };
}

/** Reads the keys of a record that publish-events could not publish. @returns Nothing if the message has none. */
export function recordKeys(body: string): RecordKeys | undefined {
  const { keys } = parsed(body);
  return typeof keys?.pk?.S === "string" && typeof keys.sk?.S === "string" ? keys : undefined;
}

/** The order of a charge or refund that the workflow asked for. */
function orderOfPayment(body: string): string | undefined {
  const { orderId } = parsed(body).input ?? {};
  return typeof orderId === "string" ? orderId : undefined;
}

/** A message's body as the queues' senders write it; without anything if it is no JSON. */
function parsed(body: string): { keys?: RecordKeys; input?: { orderId?: unknown } } {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function orderOfRecord(body: string): string | undefined {
  return /^ORDER#(.+)$/.exec(recordKeys(body)?.pk.S ?? "")?.[1];
}
