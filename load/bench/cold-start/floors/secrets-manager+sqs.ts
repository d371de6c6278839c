import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";

export const sqs = new SQSClient();
const secretsManager = new SecretsManagerClient();

export async function handler() {
  await secretsManager.send(new GetSecretValueCommand({ SecretId: process.env.WEBHOOK_SECRET_ARN }));
}
