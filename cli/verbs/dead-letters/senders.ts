import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { SNS } from "@aws-sdk/client-sns";
import type { SQS } from "@aws-sdk/client-sqs";
import { toEntry } from "../../../aws/event-batch.ts";
import { type OrderEvent, toEvent } from "../../../domain/events.ts";
import { fromItem } from "../../../store/items.ts";
import { type DeadLetter, type RecordKeys, recordKeys } from "./messages.ts";
import type { Kept, Send } from "./redrive.ts";

/**
 * Sends messages to the queue that they came from, as they were.
 *
 * @param run - Marks what this run sent: a message with the mark has failed again already, and stays.
 */
export function toQueue(sqs: SQS, QueueUrl: string, run: string): Send {
  return async (letters) => {
    const back = letters.filter(({ attributes }) => attributes.redriven?.StringValue === run);
    const fresh = letters.filter((letter) => !back.includes(letter));
    const Entries = fresh.map(({ body, attributes: { reason: _, ...attributes } }, index) => ({
      Id: String(index),
      MessageBody: body,
      MessageAttributes: { ...attributes, redriven: { DataType: "String", StringValue: run } },
    }));
    const { Failed = [] } = Entries.length > 0 ? await sqs.sendMessageBatch({ QueueUrl, Entries }) : {};
    return [
      ...back.map((letter) => ({ letter, reason: `It failed again: ${letter.reason ?? "see the function's log"}` })),
      ...refused(fresh, Failed, "The queue"),
    ];
  };
}

/** What {@link toTopic} works with. */
export interface EventSource {
  dynamodb: DynamoDBClient;
  table: string;
  sns: SNS;
  topicArn: string;
}

/** Publishes the events of the records that the messages name: what is missing is what the topic would have told. */
export function toTopic({ dynamodb, table, sns, topicArn }: EventSource): Send {
  return async (letters) => {
    const kept: Kept[] = [];
    const found: { letter: DeadLetter; event: OrderEvent }[] = [];
    const events = await Promise.all(letters.map(({ body }) => storedEvent(dynamodb, table, recordKeys(body))));
    for (const [index, letter] of letters.entries()) {
      const event = events[index];
      if (event) found.push({ letter, event });
      else kept.push({ letter, reason: whyUnreadable(letter) });
    }
    if (found.length === 0) return kept;
    const PublishBatchRequestEntries = found.map(({ event }, index) => toEntry(event, index));
    const { Failed = [] } = await sns.publishBatch({ TopicArn: topicArn, PublishBatchRequestEntries });
    const published = found.map(({ letter }) => letter);
    return [...kept, ...refused(published, Failed, "The topic")];
  };
}

/** The event of a record in the table, where it has one that can be read. */
async function storedEvent(dynamodb: DynamoDBClient, TableName: string, keys: RecordKeys | undefined) {
  if (!keys) return undefined;
  const { pk, sk } = keys;
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }));
  return Item && toEvent(fromItem<{ event?: unknown }>(Item).event);
}

function whyUnreadable({ body }: DeadLetter): string {
  const keys = recordKeys(body);
  if (keys) return `The record ${keys.pk.S}, ${keys.sk.S} has no readable event: repair it in the table first.`;
  const time = timeOfBatch(body);
  if (!time) return "It names no record in the table.";
  return `It is a batch of the stream: run "orders events replay --from ${time.from} --to ${time.to}", then purge it.`;
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

function refused(
  letters: DeadLetter[],
  failed: { Id?: string | undefined; Code?: string | undefined }[],
  who: string,
): Kept[] {
  return failed.flatMap(({ Id, Code }) => {
    const letter = letters[Number(Id)];
    return letter ? [{ letter, reason: `${who} refused it: ${Code}.` }] : [];
  });
}
