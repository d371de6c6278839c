import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { root } from "../tools/paths.ts";
import { pulumiCli } from "../tools/pulumi-cli.ts";
import { LOCAL_STACK } from "./names.ts";
import { findRecord, recordedNames, recordedStack } from "./record.ts";
import { type Stack, stackOf } from "./stack.ts";

/** How long the Pulumi CLI may take to list its stacks for the sake of a better message. Its backend has just answered. */
const PATIENCE_MS = 30_000;

/**
 * Finds a stack by name: on this machine, or else among those that the Pulumi CLI knows.
 *
 * @throws Error, a sentence, if there is none, or its outputs can't be read.
 */
export async function findStack(name: string): Promise<Stack> {
  const record = await findRecord(name);
  if (record) return recordedStack(record);
  if (name === LOCAL_STACK) {
    const others = (await recordedNames()).filter((other) => other !== LOCAL_STACK);
    const choice = others.length === 0 ? "" : ` On this machine: ${others.join(", ")}.`;
    throw new Error(`The stack local is not running: run "./orders up", or name another one with --stack.${choice}`);
  }
  const outputs = await remoteOutputs(name);
  return stackOf(name, outputs, { region: outputs.region ?? "" });
}

/** Asks the Pulumi CLI, which knows the user's backend and secrets. */
async function remoteOutputs(name: string): Promise<Record<string, string>> {
  try {
    const { stdout } = await pulumi(["output", "--json", "--show-secrets", "--stack", name]);
    const outputs = Object.entries(JSON.parse(stdout));
    return Object.fromEntries(outputs.map(([key, value]) => [key, String(value)]));
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (stderr.includes("no stack named")) throw new Error(`There is no stack ${name}. ${await otherStacks()}`);
    throw new Error(
      `The outputs of the stack ${name} can't be read: ${stderr.trim() || (error as Error).message}. ` +
        `Log in with "npx pulumi login"; "npx pulumi stack ls" lists the stacks.${await hereInstead()}`,
    );
  }
}

function pulumi(args: string[], timeout = 0) {
  const { command, env } = pulumiCli();
  return promisify(execFile)(command, ["stack", ...args, "--non-interactive"], { cwd: root, env, timeout });
}

/** Which stacks there are, in sentences. */
async function otherStacks(): Promise<string> {
  const [here, known] = await Promise.all([recordedNames(), pulumiStacks()]);
  const list = (names: string[] | undefined) => (names === undefined ? "unknown" : names.join(", ") || "none");
  return `On this machine: ${list(here)}. In the state that Pulumi is logged in to: ${list(known)}.`;
}

async function hereInstead(): Promise<string> {
  const here = await recordedNames();
  return here.length === 0 ? "" : ` On this machine: ${here.join(", ")}.`;
}

/** The stacks that the Pulumi CLI knows. @returns Nothing where it does not answer in time. */
async function pulumiStacks(): Promise<string[] | undefined> {
  try {
    const { stdout } = await pulumi(["ls", "--json"], PATIENCE_MS);
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  } catch {
    return undefined;
  }
}
