import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { functionNamed } from "./functions.ts";
import type { TestStack } from "./stack.ts";

/** Lets a handler's function get what its event source has, or no longer. What comes meanwhile waits there. */
export async function setDelivery(handler: string, Enabled: boolean, { awsClient }: TestStack): Promise<void> {
  const lambda = new LambdaClient(awsClient);
  const FunctionName = await functionNamed(handler, awsClient);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  for (const { UUID } of EventSourceMappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}
