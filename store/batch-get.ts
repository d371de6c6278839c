import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { chunk } from "es-toolkit";
import { Failure } from "../domain/failure.ts";
import type { Item } from "./items.ts";
import type { OrdersTable } from "./table.ts";
import { MAX_ATTEMPTS, pause } from "./transactions.ts";

/** DynamoDB's maximum. */
const BATCH_SIZE = 100;

/**
 * Reads items with strong consistency, a batch after the other, and retries those that DynamoDB leaves out.
 *
 * @param keys - Each only once.
 * @returns The items that exist, in any order.
 * @throws Failure `Busy` if some are still left out after many attempts, as happens when the table is throttled.
 */
export async function batchGet(db: OrdersTable, keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const batch of chunk(keys, BATCH_SIZE)) items.push(...(await getBatch(db, batch)));
  return items;
}

async function getBatch({ client, table }: OrdersTable, Keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: NonNullable<BatchGetItemCommandInput["RequestItems"]> = { [table]: { Keys, ConsistentRead: true } };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer: BatchGetItemCommandOutput = await client.send(new BatchGetItemCommand({ RequestItems: wanted }));
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = answer.UnprocessedKeys ?? {};
    if (Object.keys(wanted).length === 0) return items;
    if (attempt < MAX_ATTEMPTS) await pause(attempt);
  }
  throw new Failure("Busy", `The table ${table} stayed too busy to read. Try again later.`);
}
