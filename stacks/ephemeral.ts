import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type EmulatorOptions, freeEndpoint, startEmulator } from "../local/emulator/emulator.ts";
import { openEngine, type ProgramSource } from "../local/engine/engine.ts";
import { noteOwner } from "./owner.ts";
import { ephemeralFolderPrefix, readRecord, recordStack } from "./record.ts";
import { copySnapshot, saveSnapshot, snapshotPath } from "./snapshots.ts";
import type { OpenStack, Stack } from "./stack.ts";

/** How the emulator of an ephemeral stack may differ from the default. */
export type Emulation = Pick<EmulatorOptions, "waitScale" | "maxConcurrentExecutions" | "transactionMs">;

interface EphemeralOptions {
  /** Settings that differ from Pulumi.yaml's defaults, by name; lists as JSON. */
  config?: Record<string, string> | undefined;
  emulation?: Emulation;
  /** The program, unless it is this checkout's. */
  source?: ProgramSource;
  /** Keeps a snapshot of each stack as it was deployed. Those with the same configuration then start as copies of it. */
  snapshots?: string | undefined;
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
  { config = {}, emulation, source, snapshots, signal }: EphemeralOptions = {},
): Promise<OpenStack> {
  const directory = await mkdtemp(ephemeralFolderPrefix(name));
  const snapshot = snapshots === undefined ? undefined : snapshotPath(snapshots, config);
  const isCopy = snapshot !== undefined && existsSync(snapshot);
  const endpoint = await freeEndpoint();
  if (isCopy) copySnapshot(snapshot, directory, { name, endpoint });
  noteOwner(directory);
  const emulator = await startEmulator({
    auth: true,
    ...emulation,
    port: Number(new URL(endpoint).port),
    logFile: join(directory, "emulator.log"),
    folder: directory,
    ...(snapshot && { stateFolder: join(directory, "emulator") }),
  });
  const deploy = async (config: Record<string, string>): Promise<Stack> => {
    const engine = await openEngine({ name, directory, endpoint, ephemeral: true, config, ...source });
    const { outputs } = await engine.up(signal && { signal });
    return recordStack(directory, { name, emulator, outputs });
  };
  const open = async (): Promise<Stack> => {
    const copied = readRecord(directory);
    if (copied) return recordStack(directory, { ...copied, emulator });
    const stack = await deploy(config);
    if (snapshot !== undefined) {
      await emulator.save();
      saveSnapshot(snapshot, directory, { name, endpoint });
    }
    return stack;
  };
  const destroy = async () => {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { ...(await open()), directory, update: async (config) => void (await deploy(config)), destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}
