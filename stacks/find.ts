import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type orders from "../index.ts";
import { root, tool } from "../tools/paths.ts";
import type { Api } from "./api-client.ts";
import { type AwsClientOptions, emulatorClient, findStack, LOCAL_STACK, plainOutputs } from "./record.ts";

/** The outputs of the program. */
export type OutputName = keyof Awaited<ReturnType<typeof orders>>;

/** A stack as operators reach it: by its outputs, wherever it runs. */
export interface DeployedStack {
  /** As Pulumi calls it; may have organization and project before it. */
  name: string;
  /** What the program calls it, in names and tags: the last part of the name. */
  stage: string;
  storefront: Api;
  backOffice: Api;
  /** Options for AWS SDK clients that look into the stack. */
  awsClient: AwsClientOptions;
  /** All outputs, in clear. */
  outputs: Record<string, string>;
  /** An output, in clear. @throws Error, a sentence, where the stack was deployed without it. */
  output(name: OutputName): string;
}

/**
 * Finds a stack: first one of this machine, then one that the Pulumi CLI knows.
 *
 * @throws Error, a sentence, where it isn't there or can't be asked for its outputs.
 */
export async function findDeployedStack(name: string): Promise<DeployedStack> {
  const found = await findStack(name);
  if (found) {
    const outputs = plainOutputs(found.outputs);
    return stackOf(name, outputs, emulatorClient(outputs, found.emulator.endpoint));
  }
  if (name === LOCAL_STACK) {
    throw new Error('The stack local is not running: run "npm start", or name another one with --stack.');
  }
  const outputs = await remoteOutputs(name);
  return stackOf(name, outputs, { region: outputs.region ?? "" });
}

/** A stack by its outputs. @throws Error, a sentence, where one that every use of it needs is missing. */
export function stackOf(name: string, outputs: Record<string, string>, awsClient: AwsClientOptions): DeployedStack {
  const output = (key: OutputName): string => {
    const value = outputs[key];
    if (!value) throw new Error(`The stack ${name} has no output ${key}: deploy it first.`);
    return value;
  };
  return {
    name,
    stage: name.slice(name.lastIndexOf("/") + 1),
    storefront: { url: output("storefrontUrl"), key: output("storefrontKey") },
    backOffice: { url: output("apiUrl"), key: output("apiKey") },
    awsClient,
    outputs,
    output,
  };
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
