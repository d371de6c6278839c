import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type EmulatorOptions, startEmulator } from "../local/emulator/emulator.ts";
import { openStack, type ProgramSource } from "../local/engine/engine.ts";
import { noteOwner } from "./owner.ts";
import { type AwsClientOptions, emulatorClient, ephemeralFolderPrefix, plainOutputs, recordStack } from "./record.ts";

/** What the emulator of an ephemeral stack is to do otherwise than usual. */
export type Emulation = Pick<EmulatorOptions, "waitScale" | "maxConcurrentExecutions">;

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
 * @param source - The program, where it is another than this checkout's.
 */
export async function openEphemeralStack(
  name: string,
  config: Record<string, string> = {},
  emulation: Emulation = {},
  signal?: AbortSignal,
  source: ProgramSource = {},
): Promise<EphemeralStack> {
  const directory = await mkdtemp(ephemeralFolderPrefix(name));
  noteOwner(directory);
  const logFile = join(directory, "emulator.log");
  const emulator = await startEmulator({ auth: true, ...emulation, logFile, folder: directory });
  const { endpoint } = emulator;
  const destroy = async () => {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const where = { name, directory, endpoint };
    const deploy = async (config: Record<string, string>) => {
      const stack = await openStack({ ...where, ephemeral: true, config, ...source });
      const { outputs } = await stack.up(signal && { signal });
      recordStack(directory, { name, emulator, outputs });
      return plainOutputs(outputs);
    };
    const outputs = await deploy(config);
    const update = async (config: Record<string, string>) => void (await deploy(config));
    return { outputs, awsClient: emulatorClient(outputs, endpoint), directory, update, destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}
