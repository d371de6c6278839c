import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import { readSecret } from "../../aws/secrets.ts";
import { type CursorSecrets, type Listing, verifyCursor } from "../../domain/cursor.ts";
import { Problem } from "../../domain/problem.ts";
import { environment } from "./environment.ts";

/** An instance rereads the secrets at most this often for cursors that it can't verify: they may be forged. */
const REREAD_INTERVAL_MS = 10_000;

const client = new SecretsManagerClient(CLIENT_OPTIONS);
let secrets: Promise<CursorSecrets> | undefined;
let nextReread = 0;

/** The secrets that sign cursors, as this function instance last read them. */
export function cursorSecrets(): Promise<CursorSecrets> {
  secrets ??= read().catch((error) => {
    // The next call tries again.
    secrets = undefined;
    throw error;
  });
  return secrets;
}

/**
 * Reads a cursor's position. During a rotation, the cursor may be signed with a newer secret than this instance has.
 *
 * @throws Problem `invalid-cursor` if this system did not create the cursor for this listing.
 */
export async function positionOf(cursor: string, listing: Listing): Promise<string> {
  try {
    return verifyCursor(cursor, listing, await cursorSecrets());
  } catch (problem) {
    if (!(problem instanceof Problem) || Date.now() < nextReread) throw problem;
    nextReread = Date.now() + REREAD_INTERVAL_MS;
    const latest = await read();
    secrets = Promise.resolve(latest);
    return verifyCursor(cursor, listing, latest);
  }
}

async function read(): Promise<CursorSecrets> {
  return JSON.parse(await readSecret(client, environment("CURSOR_SECRET_ARN"))) as CursorSecrets;
}
