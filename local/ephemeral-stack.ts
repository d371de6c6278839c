import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { type EmulatorOptions, startEmulator } from "./emulator.ts";
import { openStack } from "./engine.ts";

/** What the emulator of an ephemeral stack is to do otherwise than usual. */
export type Emulation = Pick<EmulatorOptions, "waitScale" | "executionsAtOnce">;

/** Options for AWS SDK clients that look into a stack. */
export interface AwsClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** A stack on an emulator of its own. Both are gone when this process is gone, however that ended. */
export interface EphemeralStack {
  /** The stack's outputs, secrets in clear. */
  outputs: Record<string, string>;
  awsClient: AwsClientOptions;
  /** A folder that goes with the stack. */
  directory: string;
  /** Deploys the stack anew, with this configuration in place of what it was first deployed with. */
  update(config: Record<string, string>): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * Deploys a stack to a fresh emulator with IAM enforced.
 *
 * @param config - Configuration that differs from Pulumi.yaml's defaults.
 * @param signal - Aborting ends the deployment in good order.
 * @param program - The program of `index.ts` where none is given.
 */
export async function openEphemeralStack(
  name: string,
  config: Record<string, string> = {},
  emulation: Emulation = {},
  signal?: AbortSignal,
  program?: PulumiFn,
): Promise<EphemeralStack> {
  const directory = await mkdtemp(join(tmpdir(), `orders-${name}-`));
  const logFile = join(directory, "emulator.log");
  const { endpoint, stop } = await startEmulator({ auth: true, ...emulation, logFile, folder: directory });
  const destroy = async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const where = { name, directory, endpoint };
    const deploy = async (config: Record<string, string>) => {
      const stack = await openStack({ ...where, ephemeral: true, config, ...(program && { program }) });
      return plainOutputs((await stack.up(signal && { signal })).outputs);
    };
    const outputs = await deploy(config);
    const update = async (config: Record<string, string>) => void (await deploy(config));
    return { outputs, awsClient: emulatorClient(outputs, endpoint), directory, update, destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}

/** Options for AWS SDK clients that look into a stack on an emulator. */
export function emulatorClient({ region = "" }: Record<string, string>, endpoint: string): AwsClientOptions {
  return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** The values of a stack's outputs, secrets in clear. */
export function plainOutputs(outputs: OutputMap): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
}
