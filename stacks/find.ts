import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root, tool } from "../tools/paths.ts";
import { findRecord, LOCAL_STACK, recordedStack } from "./record.ts";
import { type Stack, stackOf } from "./stack.ts";

/**
 * Finds a stack by name: on this machine, or else among those that the Pulumi CLI knows.
 *
 * @throws Error, a sentence, if there is none, or its outputs can't be read.
 */
export async function findStack(name: string): Promise<Stack> {
  const record = await findRecord(name);
  if (record) return recordedStack(record);
  if (name === LOCAL_STACK) {
    throw new Error('The stack local is not running: run "npm start", or name another one with --stack.');
  }
  const outputs = await remoteOutputs(name);
  return stackOf(name, outputs, { region: outputs.region ?? "" });
}

/** Asks the Pulumi CLI, which knows the user's backend and secrets. */
async function remoteOutputs(name: string): Promise<Record<string, string>> {
  const cli = join(tool("pulumi"), "bin", "pulumi");
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", name, "--non-interactive"];
  try {
    const { stdout } = await promisify(execFile)(cli, args, { cwd: root });
    const outputs = Object.entries(JSON.parse(stdout));
    return Object.fromEntries(outputs.map(([key, value]) => [key, String(value)]));
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(
      `The outputs of the stack ${name} can't be read: ${stderr.trim() || (error as Error).message}. ` +
        'Log in with "npx pulumi login"; "npx pulumi stack ls" lists the stacks.',
    );
  }
}
