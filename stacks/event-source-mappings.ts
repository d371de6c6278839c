import { LambdaClient, paginateListEventSourceMappings, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { AwsClientOptions } from "./stack.ts";

/**
 * Starts or stops the deliveries of streams and queues to their functions. Meanwhile, records and messages wait there.
 *
 * @param FunctionName - The one function to deliver to; all of them by default.
 */
export async function setDeliveries(isOn: boolean, awsClient: AwsClientOptions, FunctionName?: string): Promise<void> {
  const client = new LambdaClient(awsClient);
  const wanted = FunctionName === undefined ? {} : { FunctionName };
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, wanted)) {
    for (const { UUID } of EventSourceMappings) {
      await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isOn }));
    }
  }
}
