import { type CancellationReason, TransactionCanceledException } from "@aws-sdk/client-dynamodb";

/** What DynamoDB says of one item of a transaction that it cancelled: nothing against it, another's work, its condition. */
export const PASSED = { Code: "None" };
export const CONFLICT = { Code: "TransactionConflict" };
export const REFUSED = { Code: "ConditionalCheckFailed" };

/** DynamoDB's error for a transaction that it cancelled, with a reason for each item. */
export function cancelled(...CancellationReasons: CancellationReason[]): TransactionCanceledException {
  return new TransactionCanceledException({ $metadata: {}, message: "cancelled", CancellationReasons });
}
