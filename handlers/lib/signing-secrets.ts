import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import { readSecret } from "../../aws/secrets.ts";
import { Problem } from "../../domain/problem.ts";
import type { SigningSecrets } from "../../domain/signing.ts";
import { environment } from "./environment.ts";

/** An instance rereads the secrets at most this often for what it can't verify: it may be forged. */
const REREAD_INTERVAL_MS = 10_000;

const client = new SecretsManagerClient(CLIENT_OPTIONS);
let secrets: Promise<SigningSecrets> | undefined;
let nextReread = 0;

/** The secrets that sign cursors and orders' tokens, as this function instance last read them. */
export function signingSecrets(): Promise<SigningSecrets> {
  secrets ??= read().catch((error) => {
    // The next call tries again.
    secrets = undefined;
    throw error;
  });
  return secrets;
}

/**
 * Verifies what a caller says was signed here. During a rotation, it may be signed with a newer secret than this instance has.
 *
 * @param verify - Verifies it with the secrets. Throws a Problem if it is not valid.
 * @throws Problem of `verify`.
 */
export async function verifySigned<T>(verify: (secrets: SigningSecrets) => T): Promise<T> {
  try {
    return verify(await signingSecrets());
  } catch (problem) {
    if (!(problem instanceof Problem) || Date.now() < nextReread) throw problem;
    nextReread = Date.now() + REREAD_INTERVAL_MS;
    const latest = await read();
    secrets = Promise.resolve(latest);
    return verify(latest);
  }
}

async function read(): Promise<SigningSecrets> {
  return JSON.parse(await readSecret(client, environment("SIGNING_SECRET_ARN"))) as SigningSecrets;
}
