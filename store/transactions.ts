import { setTimeout as sleep } from "node:timers/promises";
import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import type { Item } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/**
 * How often a transaction, or a write that conflicts with one, is tried. The pauses between attempts add up to 1.2 s on average
 * and 2.4 s at most, which leaves the steps of the workflow half of their 5 s.
 */
export const MAX_ATTEMPTS = 10;

/** The result of one item's condition in a transaction that was not written. */
export interface ConditionResult {
  /** Whether the condition failed. */
  failed: boolean;
  /** The item that it failed on, if there is one and the write asked for it. */
  item?: Item;
}

const CONDITION_FAILED = "ConditionalCheckFailed";
const CONFLICT = "TransactionConflict";

/** Cancellation reasons worth retrying; the SDK does not. */
const RETRYABLE_REASONS = new Set([CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Writes all items or none, and retries while other transactions are in progress on the same items.
 *
 * List the items by precedence: the first one that can't be written decides the result. If that is a conflict, a later
 * item's failed condition may be due to the other transaction's unfinished work, for example stock that this very order
 * has just reserved, so the transaction is retried. If it is a failed condition, conflicts behind it don't matter.
 *
 * @param token - Idempotency token of up to 36 characters: within ten minutes, DynamoDB writes the transaction only once.
 * @returns Undefined if everything was written; otherwise the result of each item's condition. Without a token, a condition
 * may have failed on this transaction's own write, since the SDK retries a request whose response was lost.
 * @throws Failure `Busy` if conflicts or throttling persist.
 */
export async function transact(
  { client }: OrdersTable,
  items: TransactWriteItem[],
  token?: string,
): Promise<ConditionResult[] | undefined> {
  const transaction = { TransactItems: items, ...(token !== undefined && { ClientRequestToken: token }) };
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteItemsCommand(transaction));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const first = reasons.map(({ Code = "None" }) => Code).find((code) => code !== "None");
      if (first === CONDITION_FAILED) {
        return reasons.map(({ Code, Item: item }) => ({ failed: Code === CONDITION_FAILED, ...(item && { item }) }));
      }
      if (first === undefined || !RETRYABLE_REASONS.has(first)) throw error;
      if (attempt === MAX_ATTEMPTS) {
        throw new Failure("Busy", "Other transactions on the same items stayed in the way.", { cause: error });
      }
      await pause(attempt);
    }
  }
}

/** Whether {@link transact} gave up because of conflicts, not of throttling alone. */
export function isConflict(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  if (!(cause instanceof TransactionCanceledException)) return false;
  return cause.CancellationReasons?.some(({ Code }) => Code === CONFLICT) ?? false;
}

/** Waits before the next attempt. */
export async function pause(attempt: number): Promise<void> {
  await sleep(backoffMs(attempt));
}

/**
 * Exponential backoff with full jitter, in milliseconds: at most 25, 50, 100, 200, and from then on 400.
 *
 * @param random - Returns numbers from 0 up to 1, like Math.random.
 */
export function backoffMs(attempt: number, random = Math.random): number {
  return random() * Math.min(25 * 2 ** (attempt - 1), 400);
}
