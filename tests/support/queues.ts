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

/** Takes all messages out of the queue whose name has this in it. */
export async function takeAll(name: string, stack: TestStack): Promise<Message[]> {
  const sqs = new SQS(stack.awsClient);
  const QueueUrl = await queueNamed(name, stack);
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    if (Messages.length === 0) return all;
    all.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.deleteMessageBatch({ QueueUrl, Entries });
  }
}

/** The URL of the one queue whose name has this in it. */
export async function queueNamed(name: string, { awsClient }: TestStack): Promise<string> {
  const { QueueUrls = [] } = await new SQS(awsClient).listQueues({});
  const [url, ...others] = QueueUrls.filter((each) => each.includes(name));
  if (!url || others.length > 0) throw new Error(`Not one queue is called ${name}: ${QueueUrls.join(", ")}.`);
  return url;
}
