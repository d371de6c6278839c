import { delimiter, join } from "node:path";
import { tool } from "./paths.ts";

/**
 * How to start the pinned Pulumi CLI: as its launcher does, with its folder first on PATH, where it looks for language hosts. It
 * would otherwise use those of another version, if the machine has them, as GitHub's runners do.
 */
export function pulumiCli(): { command: string; env: NodeJS.ProcessEnv } {
  const bin = join(tool("pulumi"), "bin");
  return { command: join(bin, "pulumi"), env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } };
}
