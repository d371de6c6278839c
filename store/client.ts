import { DynamoDBClient, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { Failure } from "../domain/failure.ts";
import { MAX_ATTEMPTS, pause } from "./transactions.ts";

/** Creates a client for a function. An instance needs only one, which keeps its connections open between invocations. */
export function createClient(): DynamoDBClient {
  const client = new DynamoDBClient(CLIENT_OPTIONS);
  // It copies every value sent and received, even without a logger: a quarter of the time that a list takes.
  client.middlewareStack.remove("loggerMiddleware");
  return retryingConflicts(client);
}

/**
 * Makes a client repeat a write that DynamoDB refuses while a transaction is in progress on the item, which takes some 10 ms. The
 * SDK doesn't; told to, it would wait for a second or two.
 */
export function retryingConflicts(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next) => async (args) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next(args);
        } catch (error) {
          if (!(error instanceof TransactionConflictException)) throw error;
          if (attempt === MAX_ATTEMPTS) {
            throw new Failure("Busy", "A transaction on the same item stayed in the way.", { cause: error });
          }
          await pause(attempt);
        }
      }
    },
    { step: "initialize", name: "retry conflicts" },
  );
  return client;
}
