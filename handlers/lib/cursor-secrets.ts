import { readSecret } from "../../aws/secrets.ts";
import { type CursorSecrets, type Listing, verifyCursor } from "../../domain/cursor.ts";
import { Problem } from "../../domain/problem.ts";
import { environment } from "./environment.ts";

/** For so many ms after a cursor made it read the secrets anew, an instance believes those: cursors may be made up. */
const REREAD_INTERVAL = 10_000;

let secrets: Promise<CursorSecrets> | undefined;
let nextReread = 0;

/** The secrets that cursors are signed with, as this function instance read them last. */
export function cursorSecrets(): Promise<CursorSecrets> {
  secrets ??= read().catch((error) => {
    // The next call tries again.
    secrets = undefined;
    throw error;
  });
  return secrets;
}

/**
 * Reads a cursor's position. While the secret is being rotated, the cursor may come from an instance that knows a newer
 * one than this does.
 *
 * @throws Problem `invalid-cursor` if this system did not make the cursor for this listing.
 */
export async function positionOf(cursor: string, listing: Listing): Promise<string> {
  try {
    return verifyCursor(cursor, listing, await cursorSecrets());
  } catch (problem) {
    if (!(problem instanceof Problem) || Date.now() < nextReread) throw problem;
    nextReread = Date.now() + REREAD_INTERVAL;
    const anew = await read();
    secrets = Promise.resolve(anew);
    return verifyCursor(cursor, listing, anew);
  }
}

async function read(): Promise<CursorSecrets> {
  return JSON.parse(await readSecret(environment("CURSOR_SECRET_ARN"))) as CursorSecrets;
}
