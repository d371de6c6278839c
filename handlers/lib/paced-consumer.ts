import { setTimeout as sleep } from "node:timers/promises";
import { deleteMessage, type ReceivedMessage, receiveWaiting, showAgainAfter } from "../../aws/queues.ts";
import { environment } from "./environment.ts";
import { logger } from "./log.ts";
import { batchConsumer, type Consumer, handle, type Message, receivesOf, sqs } from "./queue-consumer.ts";
import { redeliverySeconds } from "./redelivery.ts";

/** In a backlog, batches are full, or nearly: SQS may deliver fewer messages than wait. */
const MANY_MESSAGES = 5;

/** Messages that are begun but not done, above which a batch takes no more: as many as messages of 1.2 s are at ten a second. */
const MAX_UNFINISHED = 12;

/**
 * Creates a Lambda function that handles a queue's messages as `queueConsumer` does, but begins one every MESSAGE_INTERVAL_MS at
 * most, however long one takes. One that fails comes back to the queue QUEUE_URL with growing delay.
 *
 * A batch ends with its slowest message, and nothing begins meanwhile. So that this hardly counts in a backlog, of which a batch of
 * {@link MANY_MESSAGES} is a sign, it goes on with what waits in the queue, for BACKLOG_SECONDS.
 *
 * @example
 * export const handler = pacedConsumer({ read: readOrderEvent, work: async (event) => ({ outcome: "seen" }) });
 */
export function pacedConsumer<M extends Message>(consumer: Consumer<M>) {
  return batchConsumer(async (batch) => {
    const intervalMs = Number(environment("MESSAGE_INTERVAL_MS"));
    const goesOnUntil = Date.now() + 1_000 * Number(environment("BACKLOG_SECONDS"));
    const failed = new Set<ReceivedMessage>();
    const unfinished = new Set<Promise<void>>();

    for (let records = batch; records.length > 0; records = await receiveMore()) {
      for (const record of records) {
        const work = consume(record).finally(() => unfinished.delete(work));
        unfinished.add(work);
        await sleep(intervalMs);
      }
    }
    await Promise.all(unfinished);
    return batch.map((record) => !failed.has(record));

    async function consume(record: ReceivedMessage): Promise<void> {
      if (await handle(record, consumer)) {
        // Lambda deletes those of the batch.
        if (!batch.includes(record)) await remove(record);
      } else {
        failed.add(record);
        await postpone(record);
      }
    }

    async function receiveMore(): Promise<ReceivedMessage[]> {
      while (unfinished.size > MAX_UNFINISHED) await Promise.race(unfinished);
      const goesOn = batch.length >= MANY_MESSAGES && Date.now() < goesOnUntil;
      return goesOn ? receive() : [];
    }
  });
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
