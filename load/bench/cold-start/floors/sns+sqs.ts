import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

export const sqs = new SQSClient();
const sns = new SNSClient();

export async function handler() {
  const entry = { Id: "1", Message: "{}" };
  const request = { TopicArn: process.env.EVENTS_TOPIC_ARN, PublishBatchRequestEntries: [entry] };
  await sns.send(new PublishBatchCommand(request));
}
