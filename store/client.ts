import { DynamoDBClient, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { REQUEST_HANDLER } from "../aws/timeouts.ts";

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
