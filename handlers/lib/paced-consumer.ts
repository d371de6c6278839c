import { setTimeout as sleep } from "node:timers/promises";
import { deleteMessage, MAX_RECEIVED, type ReceivedMessage, receiveWaiting, showAgainAfter } from "../../aws/queues.ts";
import { environment } from "./environment.ts";
import { logger } from "./log.ts";
import { batchConsumer, type Consumer, handle, type Message, receivesOf, sqs } from "./queue-consumer.ts";
import { redeliverySeconds } from "./redelivery.ts";

/**
 * Creates a Lambda function that handles a queue's messages as `queueConsumer` does, but begins one every MESSAGE_INTERVAL_MS at
 * most, however long one takes. One that fails comes back to the queue QUEUE_URL with growing delay.
 *
 * A batch ends with its slowest message, and nothing begins meanwhile. So that this hardly counts in a backlog, of which a full
 * batch is a sign, it goes on with what waits in the queue, for BACKLOG_SECONDS.
 *
 * @example
 * export const handler = pacedConsumer({ read: readOrderEvent, work: async (event) => ({ outcome: "seen" }) });
 */
export function pacedConsumer<M extends Message>(consumer: Consumer<M>) {
  return batchConsumer(async (batch) => {
    const goesOnUntil = Date.now() + 1_000 * Number(environment("BACKLOG_SECONDS"));
    const isDone = await beginInTurns(batch, (record) => consume(record, consumer));
    const others: Promise<void>[] = [];
    for (let isBacklog = batch.length === MAX_RECEIVED; isBacklog && Date.now() < goesOnUntil; ) {
      const waiting = await receive();
      isBacklog = waiting.length > 0;
      others.push(...(await beginInTurns(waiting, (record) => consumeReceived(record, consumer))));
    }
    await Promise.all(others);
    return Promise.all(isDone);
  });
}

/** @returns What was begun, once the last turn is over. */
async function beginInTurns<T>(
  records: ReceivedMessage[],
  begin: (record: ReceivedMessage) => Promise<T>,
): Promise<Promise<T>[]> {
  const begun: Promise<T>[] = [];
  for (const record of records) {
    begun.push(begin(record));
    await sleep(Number(environment("MESSAGE_INTERVAL_MS")));
  }
  return begun;
}

/** @returns Whether the message is done; otherwise it comes back. */
async function consume<M extends Message>(record: ReceivedMessage, consumer: Consumer<M>): Promise<boolean> {
  const isDone = await handle(record, consumer);
  if (!isDone) await postpone(record);
  return isDone;
}

/** Does with a message that the function received itself what Lambda does with a batch's. */
async function consumeReceived<M extends Message>(record: ReceivedMessage, consumer: Consumer<M>): Promise<void> {
  if (await consume(record, consumer)) await remove(record);
}

async function receive(): Promise<ReceivedMessage[]> {
  try {
    return await receiveWaiting(queue());
  } catch (error) {
    logger.warn("not received", { error: error as Error });
    return [];
  }
}

/** What isn't deleted comes again, and is done already. */
async function remove({ messageId, receiptHandle }: ReceivedMessage): Promise<void> {
  try {
    await deleteMessage(queue(), receiptHandle);
  } catch (error) {
    logger.warn("not deleted", { messageId, error: error as Error });
  }
}

/**
 * Otherwise, the message would come back after the queue's visibility time-out. A queue has at most 120,000 such messages: beyond
 * that, SQS delivers no others until some have come back.
 */
async function postpone(record: ReceivedMessage): Promise<void> {
  const { messageId, receiptHandle } = record;
  try {
    await showAgainAfter(queue(), receiptHandle, redeliverySeconds(receivesOf(record)));
  } catch (error) {
    logger.warn("not postponed", { messageId, error: error as Error });
  }
}

function queue() {
  return { client: sqs, queueUrl: environment("QUEUE_URL") };
}
