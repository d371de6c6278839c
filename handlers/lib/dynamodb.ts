import { type AttributeValue, DynamoDBClient, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/**
 * Time-outs of one attempt, in milliseconds. DynamoDB answers within a few: three attempts that hang still end before
 * the function's own time-out of 10 s, so that the caller hears of it.
 */
export const REQUEST_HANDLER = { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true };

/** The one client of a function instance; it keeps its connections open between calls. */
export const dynamodb = new DynamoDBClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });
// It copies all that is sent and received, value by value, for a logger that there is none of: a quarter of what a list takes.
dynamodb.middlewareStack.remove("loggerMiddleware");

// A transaction at work on the item passes, as throttling does: but the SDK knows it only as a reason of another transaction.
dynamodb.middlewareStack.add(
  (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      if (error instanceof TransactionConflictException) Object.assign(error, { $retryable: { throttling: true } });
      throw error;
    }
  },
  { step: "finalizeRequest", priority: "low", name: "retry conflicts" },
);

/** An item as DynamoDB carries it. */
export type Item = Record<string, AttributeValue>;

/** Turns an object into an item. Fields that are undefined are left out. */
export function toItem(value: object): Item {
  return marshall(value, { removeUndefinedValues: true });
}

/** Reads an item as what was written there. Only these functions write the table, so its shape is not checked again. */
export function fromItem<T>(item: Item): T {
  return unmarshall(item) as T;
}
