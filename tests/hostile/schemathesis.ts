import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Audience } from "../../domain/audience.ts";
import { root, tool } from "../../tools/paths.ts";
import type { ApiClient } from "../support/api-client.ts";

/** What a run generates. */
export interface Volume {
  /** The most random requests per operation, and sequences of requests, in addition to a fixed number. */
  examples: number;
  /** The same seed generates the same requests. */
  seed: number;
}

/**
 * Runs Schemathesis against a deployed API, with schemathesis.toml and all checks.
 *
 * @returns Its printed summary.
 * @throws Error with its output if a check failed or a request got no response.
 */
export async function schemathesis(
  audience: Audience,
  { url, key }: Pick<ApiClient, "url" | "key">,
  { examples, seed }: Volume,
): Promise<string> {
  const volume = ["--max-examples", String(examples), "--seed", String(seed)];
  // Other tests cover response times; this machine may be busy.
  const tolerance = ["--request-timeout", "60", "--suppress-health-check", "too_slow"];
  const contract = ["run", `${root}/domain/contract/${audience}.json`, "--url", url, "--no-color"];
  const options = {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, PYTHONPATH: ".", PYTHONDONTWRITEBYTECODE: "1", API_KEY: key },
    maxBuffer: 100_000_000,
  };
  const args = ["-m", "schemathesis.cli", ...contract, ...volume, ...tolerance];
  const failure = (text: string) => new Error(`Schemathesis found failures at the ${audience}:\n${text}`);
  const run = promisify(execFile)(tool("schemathesis"), args, options);
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    throw failure(error.stdout || error.message);
  });
  // Its count of errored requests is no failure: it ran out of random bytes while generating these.
  if (stdout.includes("NO RESPONSE: ")) throw failure(stdout);
  return stdout.slice(stdout.indexOf("= SUMMARY ="));
}
