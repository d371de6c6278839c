import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root, tool } from "../local/tools.ts";
import type { Releases } from "./releases.ts";

/**
 * Asks the Pulumi CLI, which knows the user's backend, what can be released of a stack.
 *
 * @throws Error, a sentence, where the stack can't be asked, or has no safe releases.
 */
export async function readReleases(stack: string): Promise<{ region: string; releases: Releases }> {
  const cli = join(tool("pulumi"), "bin", "pulumi");
  const args = ["stack", "output", "--json", "--stack", stack, "--non-interactive"];
  const { stdout } = await promisify(execFile)(cli, args, { cwd: root }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`The outputs of the stack ${stack} can't be read: ${error.stderr?.trim() || error.message}`);
  });
  return releasesOf(stack, JSON.parse(stdout));
}

/** What can be released, by the stack's outputs. */
export function releasesOf(stack: string, { region = "", releases }: Record<string, string>) {
  if (releases) return { region, releases: JSON.parse(releases) as Releases };
  throw new Error(
    `The stack ${stack} has no safe releases, so what \`pulumi up\` deploys is there at once: set safeRelease.`,
  );
}
