import type { DynamoDBServiceException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

/**
 * Keeps the SDK from sending an update again when it may have taken effect: its response was lost, or is late. What DynamoDB
 * has refused, such as a throttled update, is sent again as usual.
 */
export function sendOnce(command: UpdateItemCommand): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { $metadata, message } = error as DynamoDBServiceException;
        const { httpStatusCode: status = 500 } = $metadata ?? {};
        if (status < 500) throw error;
        // Without the original as its cause, in which the SDK would recognize what it retries.
        throw new Error(`It is unknown whether the update took effect: ${message}`);
      }
    },
    { step: "finalizeRequest", priority: "low", name: "send once" },
  );
}
