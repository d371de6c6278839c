import { DURATIONS } from "./counts.ts";
import { PARTITION_UNITS, STARTS } from "./limits.ts";

/** A random number from 0 up to 1. */
export type Random = () => number;

/** A generator that always gives the same numbers for a seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How orders spread over the shards of an index. */
export interface ShardLoad {
  /** Most write units that one shard got within a second. */
  peak: number;
  /** Share of all write units that came when their shard had had its units for that second. */
  refused: number;
}

/**
 * Lets orders come at random for a minute, each to a random shard, as the hash of its id does.
 *
 * @param rate - Orders a second, on the average.
 * @param unitsPerOrder - Write units of an order on its shard, each in a second of its own.
 */
export function simulateShards(rate: number, shards: number, unitsPerOrder: number, random: Random): ShardLoad {
  const seconds = 60;
  const units = Array.from({ length: seconds }, () => new Array<number>(shards).fill(0));
  for (let write = 0; write < rate * seconds * unitsPerOrder; write++) {
    const second = units[Math.floor(random() * seconds)] as number[];
    const shard = Math.floor(random() * shards);
    second[shard] = (second[shard] as number) + 1;
  }
  const all = units.flat();
  const over = all.reduce((sum, count) => sum + Math.max(0, count - PARTITION_UNITS), 0);
  return { peak: Math.max(...all), refused: over / (rate * seconds * unitsPerOrder) };
}

/** What the order queue and the workflow's starts are made to do. */
export interface QueueOptions {
  /** Messages that wait at the beginning, as after an outage. */
  backlog: number;
  /** Orders a second, on the average. */
  rate: number;
  queueConcurrency: number;
}

/** What became of them. */
export interface QueueOutcome {
  /** Seconds that the message waited longest that started its workflow. */
  longestWait: number;
  /** Messages that went to the dead-letter queue: the sweeper finds their orders a quarter of an hour later. */
  dead: number;
}

const STEP_MS = 1_000;
/** So long, orders come. */
const ARRIVALS_MS = 600_000;
const BATCH = 10;
/** As in components/event-queue.ts: six times the function's time-out, and five deliveries. */
const HIDDEN_MS = 60_000;
const DELIVERIES = 5;
/** What the SDK's two pauses before its last attempt come to, on the average. */
const PAUSES_MS = 150;

/** Messages that came at one time and were received as often. */
interface Group {
  count: number;
  since: number;
  deliveries: number;
  /** When they can be received again. */
  from: number;
}

/** Lets orders come for ten minutes, wait, be received and start workflows, in steps of a second. */
export function simulateQueue({ backlog, rate, queueConcurrency }: QueueOptions): QueueOutcome {
  let tokens = STARTS.bucket;
  let waiting: Group[] = [{ count: backlog, since: 0, deliveries: 0, from: 0 }];
  const outcome = { longestWait: 0, dead: 0 };
  for (let now = 0; now < ARRIVALS_MS || waiting.length > 0; now += STEP_MS) {
    if (now < ARRIVALS_MS) waiting.push({ count: (rate * STEP_MS) / 1_000, since: now, deliveries: 0, from: now });
    tokens = Math.min(STARTS.bucket, tokens + (STARTS.rate * STEP_MS) / 1_000);
    // What the function's instances have of time, as if they did one message after the other.
    let time = queueConcurrency * BATCH * STEP_MS;
    for (const group of waiting.filter(({ from }) => from <= now)) {
      const started = Math.min(group.count, tokens, time / startMs());
      tokens -= started;
      time -= started * startMs();
      const refused = Math.min(group.count - started, time / (startMs() + PAUSES_MS));
      time -= refused * (startMs() + PAUSES_MS);
      group.count -= started + refused;
      if (started > 0) outcome.longestWait = Math.max(outcome.longestWait, (now + STEP_MS - group.since) / 1_000);
      if (refused === 0) continue;
      const deliveries = group.deliveries + 1;
      if (deliveries === DELIVERIES) outcome.dead += refused;
      else waiting.push({ count: refused, since: group.since, deliveries, from: now + HIDDEN_MS });
    }
    waiting = waiting.filter(({ count }) => count > 1e-6);
  }
  return { ...outcome, dead: Math.round(outcome.dead) };
}

function startMs(): number {
  return DURATIONS["start-fulfilment"] ?? 0;
}
