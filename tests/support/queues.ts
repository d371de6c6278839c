import { type Message, SQS } from "@aws-sdk/client-sqs";
import type { TestStack } from "./stack.ts";

/** How many messages a queue has, with those that somebody has received and not yet deleted. */
export async function messageCount(QueueUrl: string, { awsClient }: TestStack): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await new SQS(awsClient).getQueueAttributes({ QueueUrl, AttributeNames: [...names] });
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** The first messages of each queue for what failed. They stay there. */
export async function deadLetters({ awsClient }: TestStack): Promise<Message[]> {
  const sqs = new SQS(awsClient);
  const { QueueUrls = [] } = await sqs.listQueues({});
  const batches = QueueUrls.filter((url) => /dead-letters|unpublished/.test(url)).map(async (QueueUrl) => {
    const request = { QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    return (await sqs.receiveMessage(request)).Messages ?? [];
  });
  return (await Promise.all(batches)).flat();
}
