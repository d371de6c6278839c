import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { TestStack } from "./stack.ts";

/** How many messages a queue has, with those that somebody has received and not yet deleted. */
export async function messageCount(QueueUrl: string, { awsClient }: TestStack): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
  const { Attributes = {} } = await new SQSClient(awsClient).send(get);
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}
