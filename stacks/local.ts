import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmulatorRecord, isRunning, startEmulator, stopEmulator } from "../local/emulator/emulator.ts";
import { openEngine, type StackEngine } from "../local/engine/engine.ts";
import { LOCAL_STACK } from "./names.ts";
import { deploy, destroy } from "./progress.ts";
import { folderOf, recordStack } from "./record.ts";
import type { Stack } from "./stack.ts";

/** The log of a stack's emulator, which also has what the functions log. */
export function emulatorLog(name = LOCAL_STACK): string {
  return join(folderOf(name), "emulator.log");
}

/** The emulator that was started for a stack, if it is still running. */
export async function runningEmulator(name = LOCAL_STACK): Promise<EmulatorRecord | undefined> {
  const record = readRecord(name);
  return record && (await isRunning(record)) ? record : undefined;
}

/** Whether an emulator was started for a stack and never stopped, even if it is no longer running. */
export function isStarted(name = LOCAL_STACK): boolean {
  return readRecord(name) !== undefined;
}

/**
 * Starts an emulator that outlives this process: for the stack `local` on port 4566, or on `ORDERS_PORT`, where 0 means any
 * free port; for other stacks always on a free one.
 *
 * @throws Error, a sentence, if the port is in use.
 */
export async function startLocalEmulator(name = LOCAL_STACK): Promise<EmulatorRecord> {
  const port = name === LOCAL_STACK ? Number(process.env.ORDERS_PORT ?? 4566) : 0;
  const recordFile = recordFileOf(name);
  const emulator = await startEmulator({ port, auth: true, logFile: emulatorLog(name), recordFile });
  mkdirSync(folderOf(name), { recursive: true });
  writeFileSync(recordFile, JSON.stringify(emulator));
  emulator.detach();
  return emulator;
}

/** Stops a stack's emulator, even one that hangs. */
export async function stopLocalEmulator(name: string): Promise<void> {
  const record = readRecord(name);
  if (record) await stopEmulator(record);
}

/** What a stack's folder may hold; a preview's has its report and the lock of the process that works on it. */
const OWN_ENTRIES = ["emulator.json", "emulator.log", "outputs.json", "owner", "report.json", "stack"];

/**
 * Stops the emulator and removes the stack's folder. The resources go with the emulator.
 *
 * @throws Error, a sentence, if the folder holds anything else: ORDERS_FOLDER may name somebody's own.
 */
export async function forgetLocalStack(name = LOCAL_STACK): Promise<void> {
  const folder = folderOf(name);
  const others = existsSync(folder) ? readdirSync(folder).filter((entry) => !OWN_ENTRIES.includes(entry)) : [];
  if (others.length > 0) {
    throw new Error(
      `${folder} holds files that are not the stack's, such as ${others[0]}: set ORDERS_FOLDER to another.`,
    );
  }
  await stopLocalEmulator(name);
  // An engine whose process was killed may still be writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * Deploys a stack to its running emulator, prints each change, and records the outputs for others to find.
 *
 * @param config - Settings that differ from Pulumi.yaml's defaults and the local target's.
 */
export async function deployLocalStack(
  emulator: EmulatorRecord,
  signal: AbortSignal,
  name = LOCAL_STACK,
  config: Record<string, string> = {},
): Promise<Stack> {
  const outputs = await deploy(await engineOf(name, emulator, config), signal);
  return recordStack(folderOf(name), { name, emulator, outputs });
}

/** Destroys a stack's resources, and prints each. The emulator keeps running. */
export async function destroyLocalStack(
  emulator: EmulatorRecord,
  signal: AbortSignal,
  name = LOCAL_STACK,
): Promise<void> {
  await destroy(await engineOf(name, emulator), signal);
}

function engineOf(
  name: string,
  { endpoint }: EmulatorRecord,
  config: Record<string, string> = {},
): Promise<StackEngine> {
  return openEngine({ name, directory: join(folderOf(name), "stack"), endpoint, config });
}

function recordFileOf(name: string): string {
  return join(folderOf(name), "emulator.json");
}

function readRecord(name: string): EmulatorRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFileOf(name), "utf8")) as EmulatorRecord;
  } catch {
    return undefined;
  }
}
