import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** A queue. */
export interface Queue {
  client: SQSClient;
  queueUrl: string;
}

/**
 * Puts a message that can never succeed into a queue for people to look at.
 *
 * @param reason - What is wrong with it, as a sentence, for its attribute `reason`. Nothing personal.
 * @param attributes - The attributes that the message came with, so that it can be sent back unchanged.
 */
export async function setAside(
  { client, queueUrl }: Queue,
  body: string,
  reason: string,
  attributes: Record<string, MessageAttributeValue> = {},
): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: { ...attributes, reason: { DataType: "String", StringValue: reason } },
    }),
  );
}

/** Lets a received message, once it has failed, come back after a delay instead of after the queue's visibility time-out. */
export async function showAgainAfter({ client, queueUrl }: Queue, receipt: string, seconds: number): Promise<void> {
  const change = { QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds };
  await client.send(new ChangeMessageVisibilityCommand(change));
}
