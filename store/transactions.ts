import { setTimeout as sleep } from "node:timers/promises";
import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import { dynamodb } from "./client.ts";
import type { Item } from "./items.ts";

/** How often a transaction is tried; with the pauses below, for about half a second. */
export const MAX_ATTEMPTS = 5;

/** What became of one item's condition. */
export interface Verdict {
  /** Whether the condition failed. */
  refused: boolean;
  /** The item that it failed on, where the write asked for it and there is one. */
  item?: Item;
}

const REFUSED = "ConditionalCheckFailed";
const CONFLICT = "TransactionConflict";

/** Why a transaction was cancelled that may go through the next time. The SDK leaves trying again to its caller. */
const PASSING_REASONS = new Set([CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Writes all items or none, and tries again while other transactions are in the way.
 *
 * The items come in the order in which they explain each other: the first one that was not fit to be written decides. A
 * conflict on it means that a later item may have been refused for what the other transaction is only about to write
 * here, such as the stock that this very order holds by then; a refusal stands, whatever is under way behind it.
 *
 * @param token - Names the transaction, in up to 36 characters: within ten minutes, DynamoDB does it only once.
 * @returns Nothing if all is written; otherwise what the conditions came to, one verdict for each item. As the SDK
 * repeats a request whose answer was lost, a condition may have failed on this very transaction's own doing, unless it
 * has a token.
 * @throws Failure `Busy` if others stay in the way.
 */
export async function transact(items: TransactWriteItem[], token?: string): Promise<Verdict[] | undefined> {
  const transaction = { TransactItems: items, ...(token !== undefined && { ClientRequestToken: token }) };
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send(new TransactWriteItemsCommand(transaction));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const first = reasons.map(({ Code = "None" }) => Code).find((code) => code !== "None");
      if (first === REFUSED) {
        return reasons.map(({ Code, Item: item }) => ({ refused: Code === REFUSED, ...(item && { item }) }));
      }
      if (first === undefined || !PASSING_REASONS.has(first)) throw error;
      if (attempt === MAX_ATTEMPTS) {
        throw new Failure("Busy", "Other transactions on the same items stayed in the way.", { cause: error });
      }
      await pause(attempt);
    }
  }
}

/** Whether {@link transact} gave up on other transactions: a `Busy` that throttling was not alone to blame for. */
export function isConflict(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  if (!(cause instanceof TransactionCanceledException)) return false;
  return cause.CancellationReasons?.some(({ Code }) => Code === CONFLICT) ?? false;
}

/** Waits with exponential backoff and full jitter: at most 25, 50, 100 and 200 ms. */
export async function pause(attempt: number): Promise<void> {
  await sleep(Math.random() * 25 * 2 ** (attempt - 1));
}
