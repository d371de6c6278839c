import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { REQUEST_HANDLER } from "./dynamodb.ts";

const ssm = new SSMClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });

/** Reads an SSM SecureString. @param name - Of the parameter. */
export async function readSecret(name: string): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return Parameter?.Value ?? "";
}
