import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./items.ts";
import type { OrdersTable } from "./table.ts";
import { pause } from "./transactions.ts";

/**
 * Reads up to 100 items with strong consistency, and retries those that DynamoDB leaves out.
 *
 * @returns The items that exist, in any order; undefined if some were still left out after `maxAttempts`, as happens when
 * the table is throttled.
 */
export async function batchGet(
  { client, table }: OrdersTable,
  Keys: Item[],
  maxAttempts: number,
): Promise<Item[] | undefined> {
  const items: Item[] = [];
  let wanted: NonNullable<BatchGetItemCommandInput["RequestItems"]> = { [table]: { Keys, ConsistentRead: true } };
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const answer: BatchGetItemCommandOutput = await client.send(new BatchGetItemCommand({ RequestItems: wanted }));
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = answer.UnprocessedKeys ?? {};
    if (Object.keys(wanted).length === 0) return items;
    if (attempt < maxAttempts) await pause(attempt);
  }
  return undefined;
}
