import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Audience } from "../domain/audience.ts";
import { hashKey, type IdempotencyRecord } from "../domain/idempotency.ts";
import { type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** The partition of an idempotency key's record. Each instance of the API has its own keys. */
export type ClaimId = `IDEMPOTENCY#${Audience}#${string}`;

/** The claim of an API instance's key. */
export function claimId(audience: Audience, key: string): ClaimId {
  return `IDEMPOTENCY#${audience}#${hashKey(key)}`;
}

/** The key of a claim's item. */
export function claimKey(id: ClaimId): Item {
  return toItem({ pk: id, sk: "IDEMPOTENCY" });
}

/**
 * Writes the record of an idempotency key, unless there is one.
 *
 * @param now - Seconds since 1970. A record that expired before is overwritten.
 */
export function putClaim({ table }: OrdersTable, id: ClaimId, record: IdempotencyRecord, now: number) {
  return {
    Put: {
      TableName: table,
      Item: { ...claimKey(id), ...toItem(record) },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt < :now",
      ExpressionAttributeValues: toItem({ ":now": now }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  } satisfies TransactWriteItem;
}
