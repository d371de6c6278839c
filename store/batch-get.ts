import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./items.ts";
import { pause } from "./transactions.ts";

/**
 * Reads items as they are after the last write, and asks again for those that DynamoDB leaves out.
 *
 * @returns The items that exist, in no certain order; nothing if some are left out again and again, as they are when the
 * table is throttled.
 */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
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
