import { DynamoDBClient, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";

/** Creates a client for a function. An instance needs only one, which keeps its connections open between invocations. */
export function createClient(): DynamoDBClient {
  const client = new DynamoDBClient(CLIENT_OPTIONS);
  // It copies every value sent and received, even without a logger: a quarter of the time that a list takes.
  client.middlewareStack.remove("loggerMiddleware");
  // DynamoDB refuses a write while a transaction is in progress on the item. The SDK retries throttling, but not this.
  client.middlewareStack.add(
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
  return client;
}
