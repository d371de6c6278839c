import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Api } from "../local/api.ts";
import { type AwsClientOptions, emulatorClient, openEphemeralStack, plainOutputs } from "../local/ephemeral-stack.ts";
import { openLocalStack, runningEmulator } from "../local/local-stack.ts";
import { root, tool } from "../local/tools.ts";

/** A stack to load. */
export interface Target {
  storefront: Api;
  backOffice: Api;
  ordersTable: string;
  awsClient: AwsClientOptions;
  /** Takes away what was made for the run. */
  close(): Promise<void>;
}

/** The stack that `npm start` deploys. */
export const LOCAL_STACK = "local";

/**
 * Finds a stack, or makes an ephemeral one where none is named.
 *
 * @throws Error, a sentence, where it isn't there or can't be asked for its outputs.
 */
export async function openTarget(name: string | undefined, signal: AbortSignal): Promise<Target> {
  if (name === undefined) {
    const stack = await openEphemeralStack(`load-${randomBytes(4).toString("hex")}`, {}, {}, signal);
    return targetOf("The ephemeral stack", stack.outputs, stack.awsClient, stack.destroy);
  }
  if (name === LOCAL_STACK) {
    const emulator = await runningEmulator();
    if (!emulator) {
      throw new Error('The stack local is not running: run "npm start", or leave --stack out for an ephemeral stack.');
    }
    const outputs = plainOutputs(await (await openLocalStack(emulator)).outputs());
    return targetOf("The stack local", outputs, emulatorClient(outputs, emulator.endpoint));
  }
  const outputs = await remoteOutputs(name);
  return targetOf(`The stack ${name}`, outputs, { region: outputs.region ?? "" });
}

function targetOf(
  name: string,
  outputs: Record<string, string>,
  awsClient: AwsClientOptions,
  close = async () => {},
): Target {
  const output = (key: string): string => {
    const value = outputs[key];
    if (!value) throw new Error(`${name} has no output ${key}: deploy it first.`);
    return value;
  };
  return {
    storefront: { url: output("storefrontUrl"), key: output("storefrontKey") },
    backOffice: { url: output("apiUrl"), key: output("apiKey") },
    ordersTable: output("ordersTable"),
    awsClient,
    close,
  };
}

/** Asks the Pulumi CLI, which knows the user's backend and secrets. */
async function remoteOutputs(name: string): Promise<Record<string, string>> {
  const cli = join(tool("pulumi"), "bin", "pulumi");
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", name, "--non-interactive"];
  try {
    const { stdout } = await promisify(execFile)(cli, args, { cwd: root });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(`The outputs of the stack ${name} can't be read: ${stderr.trim() || (error as Error).message}`);
  }
}
