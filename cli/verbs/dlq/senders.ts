import type { SQS } from "@aws-sdk/client-sqs";
import { type EventsTopic, publishBatch } from "../../../aws/events-topic.ts";
import type { OrderEvent } from "../../../domain/events.ts";
import { getEvent } from "../../../store/events.ts";
import type { OrdersTable } from "../../../store/table.ts";
import { type DeadLetter, recordKeys } from "./messages.ts";
import type { Kept, Send } from "./redrive.ts";

/**
 * Sends messages to the queue that they came from, as they were.
 *
 * @param run - Marks them: a message that comes back with the mark has failed again.
 */
export function toQueue(sqs: SQS, QueueUrl: string, run: string): Send {
  return async (letters) => {
    const Entries = letters.map(({ body, attributes: { reason: _, ...attributes } }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageAttributes: { ...attributes, redriven: { DataType: "String", StringValue: run } },
    }));
    const { Failed = [] } = await sqs.sendMessageBatch({ QueueUrl, Entries });
    return Failed.flatMap(({ Id, Code }) => {
      const letter = letters[Number(Id)];
      return letter ? [{ letter, reason: `The queue refused it: ${Code}.` }] : [];
    });
  };
}

/** Publishes the events of the records that the messages name: they are what the topic has not got yet. */
export function toTopic(db: OrdersTable, topic: EventsTopic): Send {
  return async (letters) => {
    const kept: Kept[] = [];
    const found: { letter: DeadLetter; event: OrderEvent }[] = [];
    const events = await Promise.all(letters.map(({ body }) => storedEvent(db, body)));
    for (const [index, letter] of letters.entries()) {
      const event = events[index];
      if (event) found.push({ letter, event });
      else kept.push({ letter, reason: whyUnreadable(letter) });
    }
    if (found.length === 0) return kept;
    const errors = await publishBatch(
      topic,
      found.map(({ event }) => event),
    );
    for (const { letter, event } of found) {
      const code = errors.get(event);
      if (code !== undefined) kept.push({ letter, reason: `The topic refused it: ${code}.` });
    }
    return kept;
  };
}

/** The event of the record that a message names, if there is one that can be read. */
async function storedEvent(db: OrdersTable, body: string): Promise<OrderEvent | undefined> {
  const keys = recordKeys(body);
  return keys && getEvent(db, { pk: keys.pk, sk: keys.sk });
}

function whyUnreadable({ body }: DeadLetter): string {
  const keys = recordKeys(body);
  if (keys) return `The record ${keys.pk.S}, ${keys.sk.S} has no readable event: repair it in the table first.`;
  const time = timeOfBatch(body);
  if (!time) return "It names no record in the table.";
  return `It is a batch of the stream: run "./orders events replay --from ${time.from} --to ${time.to}", then purge it.`;
}

/** Events are a little older than their records in the stream. */
const EARLIER_MS = 60_000;

/** When what Lambda gave up came into the stream, by what it wrote into the queue. Source: Lambda, "on-failure destinations". */
function timeOfBatch(body: string): { from: string; to: string } | undefined {
  const [first, last] = ["First", "Last"].map((which) =>
    Date.parse(new RegExp(`"approximateArrivalOf${which}Record": *"([^"]+)"`).exec(body)?.[1] ?? ""),
  );
  if (!first || !last) return undefined;
  return { from: new Date(first - EARLIER_MS).toISOString(), to: new Date(last).toISOString() };
}
