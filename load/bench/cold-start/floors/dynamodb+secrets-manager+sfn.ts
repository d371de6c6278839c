import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";

export const secretsManager = new SecretsManagerClient();
export const sfn = new SFNClient();
export { handler } from "./dynamodb.ts";
