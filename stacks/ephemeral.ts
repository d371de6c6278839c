import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type EmulatorOptions, startEmulator } from "../local/emulator/emulator.ts";
import { openEngine, type ProgramSource } from "../local/engine/engine.ts";
import { noteOwner } from "./owner.ts";
import { ephemeralFolderPrefix, recordStack } from "./record.ts";
import type { OpenStack, Stack } from "./stack.ts";

/** How the emulator of an ephemeral stack may differ from the default. */
export type Emulation = Pick<EmulatorOptions, "waitScale" | "maxConcurrentExecutions" | "transactionMs">;

interface EphemeralOptions {
  /** Settings that differ from Pulumi.yaml's defaults, by name; lists as JSON. */
  config?: Record<string, string> | undefined;
  emulation?: Emulation;
  /** The program, unless it is this checkout's. */
  source?: ProgramSource;
  /** Aborting it stops the deployment gracefully. */
  signal?: AbortSignal | undefined;
}

/**
 * Deploys a stack to a fresh emulator of its own, with IAM enforced. Both end with this process, however it ends.
 *
 * @example
 * const stack = await openEphemeralStack("load-1", { config: { listShards: "2" } });
 */
export async function openEphemeralStack(
  name: string,
  { config = {}, emulation, source, signal }: EphemeralOptions = {},
): Promise<OpenStack> {
  const directory = await mkdtemp(ephemeralFolderPrefix(name));
  noteOwner(directory);
  const logFile = join(directory, "emulator.log");
  const emulator = await startEmulator({ auth: true, ...emulation, logFile, folder: directory });
  const deploy = async (config: Record<string, string>): Promise<Stack> => {
    const where = { name, directory, endpoint: emulator.endpoint };
    const engine = await openEngine({ ...where, ephemeral: true, config, ...source });
    const { outputs } = await engine.up(signal && { signal });
    return recordStack(directory, { name, emulator, outputs });
  };
  const destroy = async () => {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { ...(await deploy(config)), directory, update: async (config) => void (await deploy(config)), destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}
