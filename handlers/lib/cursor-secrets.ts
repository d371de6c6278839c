import type { CursorSecrets } from "../../orders/cursor.ts";
import { environment } from "./environment.ts";
import { readSecret } from "./secret.ts";

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
  return JSON.parse(await readSecret(environment("CURSOR_SECRET_ARN"))) as CursorSecrets;
}
