import { type Message, SQS } from "@aws-sdk/client-sqs";
import { queueDepth } from "../../cli/verbs/queue-depth.ts";
import type { TestStack } from "./stack.ts";

/** The number of messages in a queue, including those in flight. */
export async function messageCount(QueueUrl: string, { awsClient }: TestStack): Promise<number> {
  const { waiting, inHand } = await queueDepth(new SQS(awsClient), QueueUrl);
  return waiting + inHand;
}

/** Up to ten messages of each dead-letter queue and of the failure queue, which stay there. */
export async function deadLetters({ awsClient }: TestStack): Promise<Message[]> {
  const sqs = new SQS(awsClient);
  const { QueueUrls = [] } = await sqs.listQueues({});
  const batches = QueueUrls.filter((url) => /dead-letters|unpublished/.test(url)).map(async (QueueUrl) => {
    const request = { QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    return (await sqs.receiveMessage(request)).Messages ?? [];
  });
  return (await Promise.all(batches)).flat();
}

/** Receives and deletes all messages of a queue. @param name - A part of the queue's name. */
export async function drainQueue(name: string, stack: TestStack): Promise<Message[]> {
  const sqs = new SQS(stack.awsClient);
  const QueueUrl = await queueUrl(name, stack);
  const all: Message[] = [];
  for (;;) {
    const request = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    const { Messages = [] } = await sqs.receiveMessage(request);
    if (Messages.length === 0) return all;
    all.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await sqs.deleteMessageBatch({ QueueUrl, Entries });
  }
}

/** The URL of a queue. @param name - A part of the queue's name that no other queue's has. */
export async function queueUrl(name: string, { awsClient }: TestStack): Promise<string> {
  const { QueueUrls = [] } = await new SQS(awsClient).listQueues({});
  const [url, ...others] = QueueUrls.filter((each) => each.includes(name));
  if (!url || others.length > 0) {
    throw new Error(`Expected exactly one queue with ${name} in its name, among ${QueueUrls.join(", ")}.`);
  }
  return url;
}
