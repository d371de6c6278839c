import {
  LambdaClient,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from "@aws-sdk/client-lambda";
import type { AwsClientOptions } from "./stack.ts";

/**
 * Starts or stops the deliveries of streams and queues to their functions. Meanwhile, records and messages wait there.
 *
 * @param FunctionName - The one function to deliver to; all of them by default.
 */
export function setDeliveries(isOn: boolean, awsClient: AwsClientOptions, FunctionName?: string): Promise<void> {
  return update({ Enabled: isOn }, awsClient, FunctionName);
}

/** Sets how many batches of its queue a function gets at once. */
export function setConcurrency(
  MaximumConcurrency: number,
  awsClient: AwsClientOptions,
  FunctionName: string,
): Promise<void> {
  return update({ ScalingConfig: { MaximumConcurrency } }, awsClient, FunctionName);
}

async function update(
  settings: Omit<UpdateEventSourceMappingCommandInput, "UUID">,
  awsClient: AwsClientOptions,
  FunctionName?: string,
): Promise<void> {
  const client = new LambdaClient(awsClient);
  const wanted = FunctionName === undefined ? {} : { FunctionName };
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, wanted)) {
    for (const { UUID } of EventSourceMappings) {
      await client.send(new UpdateEventSourceMappingCommand({ UUID, ...settings }));
    }
  }
}
