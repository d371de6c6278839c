import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";
import { setImmediate as settled } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { BATCH_SIZE, type Pace } from "../../../components/shared/pace.ts";

interface Options {
  handler(event: SQSEvent): Promise<SQSBatchResponse>;
  pace: Pace;
  /** How far the clock is wound at a time. Divides the function's pauses. */
  tickMs: number;
}

/** A queue that delivers to a function as Lambda does, on a clock that it winds. */
export class DelayedQueue {
  deadLetters = 0;
  private readonly options: Options;
  private readonly sqs = mockClient(SQSClient);
  private messages: { record: SQSRecord; at: number }[];
  private readonly delaySeconds = new Map<string, number>();
  /** What functions have received themselves, and neither deleted nor postponed. */
  private readonly received = new Map<string, SQSRecord>();

  constructor(bodies: string[], options: Options) {
    this.options = options;
    this.messages = bodies.map((body, index) => {
      const messageId = String(index);
      return { record: againOf({ messageId, receiptHandle: messageId, body } as SQSRecord), at: 0 };
    });
    const { intervalMs, backlogSeconds } = options.pace;
    Object.assign(process.env, {
      QUEUE_URL: "queue",
      DEAD_LETTER_QUEUE_URL: "dead",
      MESSAGE_INTERVAL_MS: `${intervalMs}`,
      BACKLOG_SECONDS: `${backlogSeconds}`,
    });
    this.sqs.on(ChangeMessageVisibilityCommand).callsFake(({ ReceiptHandle, VisibilityTimeout }) => {
      const record = this.received.get(ReceiptHandle);
      if (record) this.showAgain(record, VisibilityTimeout);
      else this.delaySeconds.set(ReceiptHandle, VisibilityTimeout);
    });
    this.sqs.on(ReceiveMessageCommand).callsFake(() => {
      const records = this.take();
      for (const record of records) this.received.set(record.receiptHandle, record);
      return {
        Messages: records.map(({ messageId, receiptHandle, body, attributes }) => ({
          MessageId: messageId,
          ReceiptHandle: receiptHandle,
          Body: body,
          Attributes: attributes,
        })),
      };
    });
    this.sqs.on(DeleteMessageCommand).callsFake(({ ReceiptHandle }) => {
      this.received.delete(ReceiptHandle);
    });
    this.sqs.on(SendMessageCommand).callsFake(() => {
      this.deadLetters += 1;
    });
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
    syncBuiltinESMExports();
  }

  /** Gives back the clock and SQS. */
  close(): void {
    mock.timers.reset();
    syncBuiltinESMExports();
    this.sqs.restore();
  }

  /**
   * Delivers batches until the queue is empty: the next one at once, as many at a time as allowed.
   *
   * @param onBatch - Called after each.
   * @returns The milliseconds that passed.
   */
  async deliverAll(onBatch: () => void): Promise<number> {
    const { handler, pace, tickMs } = this.options;
    let batches = 0;
    const deliver = async (records: SQSRecord[]) => {
      batches += 1;
      const { batchItemFailures } = await handler({ Records: records });
      batches -= 1;
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const record of records.filter(({ messageId }) => failed.has(messageId))) {
        this.showAgain(record, this.delaySeconds.get(record.receiptHandle) ?? Number.NaN);
      }
      this.sqs.resetHistory();
      onBatch();
    };
    while (this.messages.length > 0 || batches > 0 || this.received.size > 0) {
      while (batches < pace.maximumConcurrency) {
        const batch = this.take();
        if (batch.length === 0) break;
        deliver(batch);
      }
      mock.timers.tick(tickMs);
      await settled();
    }
    return Date.now();
  }

  /** Takes as many messages as a batch may have. */
  private take(): SQSRecord[] {
    const now = Date.now();
    const batch: SQSRecord[] = [];
    for (const { record, at } of this.messages) {
      if (batch.length === BATCH_SIZE) break;
      if (at <= now) batch.push(record);
    }
    if (batch.length > 0) this.messages = this.messages.filter(({ record }) => !batch.includes(record));
    return batch;
  }

  private showAgain(record: SQSRecord, seconds: number): void {
    this.received.delete(record.receiptHandle);
    this.messages.push({ record: againOf(record), at: Date.now() + 1_000 * seconds });
  }
}

/** A message as it is delivered the next time. */
function againOf(record: SQSRecord): SQSRecord {
  const receives = Number(record.attributes?.ApproximateReceiveCount ?? 0) + 1;
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
}

/** The most that happened within a second of time. @param times - Ascending, in milliseconds. */
export function busiestSecond(times: number[]): number {
  let first = 0;
  return Math.max(
    ...times.map((at, index) => {
      while ((times[first] ?? at) <= at - 1_000) first += 1;
      return index + 1 - first;
    }),
  );
}
