import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";

export const secretsManager = new SecretsManagerClient();
export const sfn = new SFNClient();
export const sqs = new SQSClient();
export { handler } from "./dynamodb.ts";
