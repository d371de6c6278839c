import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

export const secretsManager = new SecretsManagerClient();
export { handler } from "./dynamodb.ts";
