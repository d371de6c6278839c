import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { CursorSecrets } from "../../orders/cursor.ts";
import { REQUEST_HANDLER } from "./dynamodb.ts";
import { environment } from "./environment.ts";

const ssm = new SSMClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });
let secrets: Promise<CursorSecrets> | undefined;

/** The secrets that cursors are signed with. Read once for each function instance. */
export function cursorSecrets(): Promise<CursorSecrets> {
  secrets ??= read().catch((error) => {
    // The next call tries again.
    secrets = undefined;
    throw error;
  });
  return secrets;
}

async function read(): Promise<CursorSecrets> {
  const name = environment("CURSOR_SECRET_PARAMETER");
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return JSON.parse(Parameter?.Value ?? "") as CursorSecrets;
}
