import { checkArgument, isWholeNumber } from "./arguments.ts";

/** Maximum messages per batch. */
export const BATCH_SIZE = 10;

/** How a queue's function keeps to a rate, whatever the backlog. */
export interface Pace {
  /** Maximum concurrent batches, as the queue's event source mapping enforces. */
  maximumConcurrency: number;
  /** How long the function takes for each message of a batch, at least: for its variable MESSAGE_INTERVAL_MS. */
  intervalMs: number;
  /** How long a batch goes on with what waits in the queue: for its variable BACKLOG_SECONDS. */
  backlogSeconds: number;
  /** When a batch begins its last message, at most. */
  batchSeconds: number;
}

/** Messages per second of each concurrent batch, at most: a full one takes a second, so the time between two hardly counts. */
const PER_BATCH = 10;

/**
 * A batch ends with its slowest message, and nothing begins meanwhile. This is long enough for messages of 1.2 s to leave 95 % of
 * the rate.
 */
const BACKLOG_SECONDS = 20;

/** Lambda's minimum for an SQS event source. */
const MIN_CONCURRENCY = 2;

/**
 * Divides a rate among concurrent batches, each of which keeps to its share. A single batch at a time would take a reserved
 * concurrency of 1, at which Lambda throttles deliveries, or a FIFO queue, in which one failed message holds up all others.
 *
 * @param argument - Names the argument in the error.
 * @param perSecond - Messages per second, 1 to 1,000.
 * @throws pulumi.RunError if it is out of range.
 *
 * @example
 * paceOf("mailRatePerSecond", 14); // { maximumConcurrency: 2, intervalMs: 143, backlogSeconds: 20, batchSeconds: 22 }
 */
export function paceOf(argument: string, perSecond: number): Pace {
  checkArgument(argument, perSecond, isWholeNumber(1, 1_000), "a whole number, 1 to 1,000");
  const maximumConcurrency = Math.max(MIN_CONCURRENCY, Math.ceil(perSecond / PER_BATCH));
  const intervalMs = Math.ceil((maximumConcurrency * 1_000) / perSecond);
  const batchSeconds = BACKLOG_SECONDS + Math.ceil((BATCH_SIZE * intervalMs) / 1_000);
  return { maximumConcurrency, intervalMs, backlogSeconds: BACKLOG_SECONDS, batchSeconds };
}
