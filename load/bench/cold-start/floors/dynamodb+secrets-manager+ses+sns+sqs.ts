import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESClient } from "@aws-sdk/client-ses";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

export const clients = [new SecretsManagerClient(), new SESClient(), new SNSClient(), new SQSClient()];
export { handler } from "./dynamodb.ts";
