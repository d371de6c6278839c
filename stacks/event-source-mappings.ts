import { LambdaClient, paginateListEventSourceMappings, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { AwsClientOptions } from "./record.ts";

/**
 * Lets streams and queues call their functions, or no longer. What comes meanwhile waits there.
 *
 * @param FunctionName - The one function that is meant; all of them where none is given.
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
