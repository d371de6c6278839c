import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmulatorRecord, isRunning, startEmulator, stopEmulator } from "../local/emulator/emulator.ts";
import { type LocalStack, openStack } from "../local/engine/engine.ts";
import { folderOf, LOCAL_STACK, recordStack } from "./record.ts";

/** The log of a stack's emulator, which has the functions' log lines too. */
export function emulatorLog(name = LOCAL_STACK): string {
  return join(folderOf(name), "emulator.log");
}

/** The emulator that was started for a stack, when it still runs. */
export async function runningEmulator(name = LOCAL_STACK): Promise<EmulatorRecord | undefined> {
  const record = readRecord(name);
  return record && (await isRunning(record)) ? record : undefined;
}

/** Whether an emulator was started for a stack and not stopped since, running or not. */
export function isStarted(name = LOCAL_STACK): boolean {
  return readRecord(name) !== undefined;
}

/**
 * Starts an emulator that outlives this process.
 * @throws Error when the port is in use: for `local` 4566, or what ORDERS_PORT says; others, and 0, take a free one.
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

/** Stops a stack's emulator, also one that hangs. */
export async function stopLocalEmulator(name: string): Promise<void> {
  const record = readRecord(name);
  if (record) await stopEmulator(record);
}

/** Stops the emulator and forgets the stack, whose resources are gone with it. */
export async function forgetLocalStack(name = LOCAL_STACK): Promise<void> {
  await stopLocalEmulator(name);
  // An engine whose process was killed may be writing still.
  rmSync(folderOf(name), { recursive: true, force: true, maxRetries: 10 });
}

/**
 * A stack on its running emulator. Its outputs are recorded, so that others can find them.
 *
 * @param config - Configuration beside Pulumi.yaml's defaults and the local target's.
 */
export async function openLocalStack(
  emulator: EmulatorRecord,
  name = LOCAL_STACK,
  config: Record<string, string> = {},
): Promise<LocalStack> {
  const folder = folderOf(name);
  const stack = await openStack({ name, directory: join(folder, "stack"), endpoint: emulator.endpoint, config });
  const up: LocalStack["up"] = async (options) => {
    const outcome = await stack.up(options);
    recordStack(folder, { name, emulator, outputs: outcome.outputs });
    return outcome;
  };
  return { ...stack, up };
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
