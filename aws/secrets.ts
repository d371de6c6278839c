import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { REQUEST_HANDLER } from "./timeouts.ts";

const secretsManager = new SecretsManagerClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });

/** Reads a secret of Secrets Manager. @param arn - Of the secret. */
export async function readSecret(arn: string): Promise<string> {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString ?? "";
}
