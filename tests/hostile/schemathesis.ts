import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Audience } from "../../domain/audience.ts";
import { root, tool } from "../../tools/paths.ts";
import type { ApiClient } from "../support/api-client.ts";

/** How much is tried. */
export interface Volume {
  /** Requests to each operation, and sequences of requests, at the most; beside those of fixed number. */
  examples: number;
  /** The same seed tries the same. */
  seed: number;
}

/**
 * Runs Schemathesis against a deployed API, with what schemathesis.toml says of it and all of its checks.
 *
 * @returns What it printed in the end, counts included.
 * @throws Error with all that it printed if any check failed, or any request got no answer.
 */
export async function schemathesis(
  audience: Audience,
  { url, key }: Pick<ApiClient, "url" | "key">,
  { examples, seed }: Volume,
): Promise<string> {
  const volume = ["--max-examples", String(examples), "--seed", String(seed)];
  // How long an answer takes is the business of other tests: this machine may be busy.
  const patience = ["--request-timeout", "60", "--suppress-health-check", "too_slow"];
  const contract = ["run", `${root}/domain/contract/${audience}.json`, "--url", url, "--no-color"];
  const options = {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, PYTHONPATH: ".", PYTHONDONTWRITEBYTECODE: "1", API_KEY: key },
    maxBuffer: 100_000_000,
  };
  const args = ["-m", "schemathesis.cli", ...contract, ...volume, ...patience];
  const fault = (text: string) => new Error(`Schemathesis found fault with the ${audience}:\n${text}`);
  const run = promisify(execFile)(tool("schemathesis"), args, options);
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    throw fault(error.stdout || error.message);
  });
  // Not what it counts as errored: those are requests that it drew, and then had no more random bytes to send.
  if (stdout.includes("NO ANSWER: ")) throw fault(stdout);
  return stdout.slice(stdout.indexOf("= SUMMARY ="));
}
