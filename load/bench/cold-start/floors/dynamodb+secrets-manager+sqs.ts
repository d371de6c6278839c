import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

export const secretsManager = new SecretsManagerClient();
export const sqs = new SQSClient();
export { handler } from "./dynamodb.ts";
