import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { mapValues } from "es-toolkit";

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

/** A received message, with the names of an event source's records. */
export type ReceivedMessage = Pick<SQSRecord, "messageId" | "receiptHandle" | "body" | "messageAttributes"> & {
  attributes?: Pick<SQSRecord["attributes"], "ApproximateReceiveCount">;
};

/** SQS's maximum. */
export const MAX_RECEIVED = 10;

/** Receives what waits in the queue, {@link MAX_RECEIVED} messages at most, and waits for none. */
export async function receiveWaiting({ client, queueUrl }: Queue): Promise<ReceivedMessage[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: MAX_RECEIVED,
    WaitTimeSeconds: 0,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  const { Messages = [] } = await client.send(command);
  return Messages.map(({ MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes = {} }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? "1" },
    messageAttributes: mapValues(MessageAttributes, ({ DataType = "String", StringValue = "" }) => ({
      dataType: DataType,
      stringValue: StringValue,
    })),
  }));
}

/** Deletes a message that was received and is done. */
export async function deleteMessage({ client, queueUrl }: Queue, receipt: string): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
}
