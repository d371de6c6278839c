import type { SQS } from "@aws-sdk/client-sqs";

/** How many messages a queue has: those that wait, and those that somebody has received and not yet deleted. */
export async function queueDepth(sqs: SQS, QueueUrl: string): Promise<{ waiting: number; inHand: number }> {
  const { Attributes = {} } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  });
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages),
    inHand: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
}
