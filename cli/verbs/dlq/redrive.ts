import type { SQS } from "@aws-sdk/client-sqs";
import { partition } from "es-toolkit";
import { type DeadLetter, receiveLetters, release, remove } from "./messages.ts";

/** A message that was not sent back, and why. */
export interface Kept {
  letter: DeadLetter;
  reason: string;
}

/**
 * Sends messages, ten at the most, to where they came from.
 *
 * @returns Those that could not be sent. All others are there for sure.
 */
export type Send = (letters: DeadLetter[]) => Promise<Kept[]>;

/** What to send back. */
export interface RedriveOptions {
  /** Names this run. A message that it has sent back bears the name. */
  run: string;
  /** At the most. */
  limit: number;
  /** Messages of this order only. */
  orderId?: string | undefined;
  /** Only look what would be sent. */
  dryRun: boolean;
  signal: AbortSignal;
  /** Hears how many were sent so far. */
  tell(sent: number): void;
}

/** What became of the messages of a queue. */
export interface Redriven {
  sent: DeadLetter[];
  /** Sent back by this run, and in the queue again already. */
  failedAgain: DeadLetter[];
  /** Sent back by this run, and still in the queue, as SQS did not delete them. */
  undeleted: DeadLetter[];
  /** Still in the queue, though they were to be sent. */
  kept: Kept[];
  /** Still in the queue, as nobody asked for them. */
  others: number;
}

/**
 * Sends messages back, batch by batch. Each is taken out of the queue only once it is where it belongs: a run that dies
 * in the middle loses nothing, and at worst a batch is sent twice.
 */
export async function redrive(sqs: SQS, url: string, send: Send, options: RedriveOptions): Promise<Redriven> {
  const { run, limit, orderId, dryRun, signal, tell } = options;
  const done: Redriven = { sent: [], failedAgain: [], undeleted: [], kept: [], others: 0 };
  const held = new Map<string, DeadLetter>();
  let room = limit;
  try {
    for await (const letters of receiveLetters(sqs, url)) {
      for (const letter of letters) held.set(letter.messageId, letter);
      signal.throwIfAborted();
      const [again, fresh] = partition(letters, ({ attributes }) => attributes.redriven?.StringValue === run);
      const wanted = fresh.filter((letter) => orderId === undefined || letter.orderId === orderId).slice(0, room);
      room -= wanted.length;
      done.failedAgain.push(...again);
      done.others += fresh.length - wanted.length;
      const kept = dryRun || wanted.length === 0 ? [] : await send(wanted);
      const sent = wanted.filter((letter) => !kept.some(({ letter: other }) => other === letter));
      const left = dryRun ? [] : await remove(sqs, url, sent);
      for (const letter of sent) if (!dryRun && !left.includes(letter)) held.delete(letter.messageId);
      done.sent.push(...sent);
      done.undeleted.push(...left);
      done.kept.push(...kept);
      tell(done.sent.length);
      if (room <= 0) break;
    }
    return done;
  } finally {
    await release(sqs, url, [...held.values()]);
  }
}
