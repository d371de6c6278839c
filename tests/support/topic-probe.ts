import { SNS } from "@aws-sdk/client-sns";
import { type Message, SQS } from "@aws-sdk/client-sqs";
import { before } from "mocha";
import type { TestStack } from "./stack.ts";

/**
 * Subscribes a queue to a topic of the calling suite's stack, and listens to it. Call it after `useLocalStack`.
 *
 * @param output - Name of the stack's output that has the topic's ARN.
 * @param keep - Called with every message.
 */
export function useTopicProbe(stack: () => TestStack, output: string, keep: (message: Message) => void): void {
  before("listen to a topic", () => listenToTopic(stack(), output, keep));
}

/** Does what `useTopicProbe` does, for callers that are no suites. */
export async function listenToTopic(
  { awsClient, outputs, ended }: TestStack,
  output: string,
  keep: (message: Message) => void,
): Promise<void> {
  const sqs = new SQS(awsClient);
  const { QueueUrl } = await sqs.createQueue({ QueueName: `probe-${output}` });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
  const Resource = Attributes?.QueueArn;
  const allow = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  const subscription = { TopicArn: outputs[output], Protocol: "sqs", Endpoint: Resource };
  await new SNS(awsClient).subscribe({ ...subscription, Attributes: { RawMessageDelivery: "true" } });
  listen(sqs, QueueUrl, ended, keep);
}

/** Until the stack goes. What goes wrong before fails the suite, as an unhandled rejection. */
async function listen(
  sqs: SQS,
  QueueUrl: string | undefined,
  ended: AbortSignal,
  keep: (message: Message) => void,
): Promise<void> {
  const request = { QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  try {
    for (;;) {
      const { Messages = [] } = await sqs.receiveMessage(request, { abortSignal: ended });
      for (const message of Messages) keep(message);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      if (Entries.length > 0) await sqs.deleteMessageBatch({ QueueUrl, Entries });
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
