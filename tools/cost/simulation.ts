import { DURATIONS } from "./counts.ts";
import { BATCH_SIZE, START_EXECUTION } from "./limits.ts";

/** The load on the order queue. */
export interface QueueLoad {
  /** Messages waiting at the start, as after an outage. */
  backlog: number;
  /** Orders per second. */
  rate: number;
  queueConcurrency: number;
}

export interface QueueResult {
  /** The longest time that a message waited for its workflow to start. */
  longestWaitSeconds: number;
  /** Messages in the dead-letter queue. The sweeper finds their orders a quarter of an hour later. */
  deadLetters: number;
}

const STEP_MS = 1_000;
/** How long orders arrive. */
const ARRIVALS_MS = 600_000;
/** As in components/event-queue.ts: six times the function's time-out, and five receives. */
const VISIBILITY_TIMEOUT_MS = 60_000;
const MAX_RECEIVE_COUNT = 5;
/** The SDK's two pauses before its last attempt, on average. */
const RETRY_PAUSES_MS = 150;

/** Messages that were sent at the same time and received equally often. */
interface Group {
  count: number;
  sentAtMs: number;
  receiveCount: number;
  visibleAtMs: number;
}

/** Simulates the order queue in steps of a second: orders arrive for ten minutes, are received, and start workflows. */
export function simulateQueue({ backlog, rate, queueConcurrency }: QueueLoad): QueueResult {
  const { refillRate, bucketSize } = START_EXECUTION;
  const startMs = DURATIONS["start-fulfilment"] ?? 0;
  let tokens = bucketSize;
  let waiting: Group[] = [{ count: backlog, sentAtMs: 0, receiveCount: 0, visibleAtMs: 0 }];
  const result = { longestWaitSeconds: 0, deadLetters: 0 };
  for (let now = 0; now < ARRIVALS_MS || waiting.length > 0; now += STEP_MS) {
    if (now < ARRIVALS_MS) {
      waiting.push({ count: (rate * STEP_MS) / 1_000, sentAtMs: now, receiveCount: 0, visibleAtMs: now });
    }
    tokens = Math.min(bucketSize, tokens + (refillRate * STEP_MS) / 1_000);
    // The time of all concurrent batches, as if each handled one message after the other.
    let time = queueConcurrency * BATCH_SIZE * STEP_MS;
    for (const group of waiting.filter(({ visibleAtMs }) => visibleAtMs <= now)) {
      const started = Math.min(group.count, tokens, time / startMs);
      tokens -= started;
      time -= started * startMs;
      const throttled = Math.min(group.count - started, time / (startMs + RETRY_PAUSES_MS));
      time -= throttled * (startMs + RETRY_PAUSES_MS);
      group.count -= started + throttled;
      if (started > 0) {
        result.longestWaitSeconds = Math.max(result.longestWaitSeconds, (now + STEP_MS - group.sentAtMs) / 1_000);
      }
      if (throttled === 0) continue;
      const receiveCount = group.receiveCount + 1;
      if (receiveCount === MAX_RECEIVE_COUNT) result.deadLetters += throttled;
      else waiting.push({ ...group, count: throttled, receiveCount, visibleAtMs: now + VISIBILITY_TIMEOUT_MS });
    }
    waiting = waiting.filter(({ count }) => count > 1e-6);
  }
  return { ...result, deadLetters: Math.round(result.deadLetters) };
}
