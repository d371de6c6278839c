import { type MessageAttributeValue, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { REQUEST_HANDLER } from "./timeouts.ts";

/** The one SQS client of a function instance. */
export const sqs = new SQSClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });

/**
 * Puts something that can never succeed into a queue for people to look at.
 *
 * @param reason - A sentence about what is wrong with it, for its attribute `reason`. Nothing personal.
 * @param attributes - What the message came with, so that it can be sent back as it was.
 */
export async function setAside(
  queueUrl: string,
  body: string,
  reason: string,
  attributes: Record<string, MessageAttributeValue> = {},
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: { ...attributes, reason: { DataType: "String", StringValue: reason } },
    }),
  );
}
