import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EmulatorRecord, isRunning, startEmulator, stopEmulator } from "./emulator.ts";
import { type LocalStack, openStack } from "./engine.ts";
import { folderOf, LOCAL_STACK, recordStack } from "./stack-record.ts";

/** All that `npm start` leaves: the emulator's record and log, the stack's state and its outputs. */
const folder = folderOf(LOCAL_STACK);
const recordFile = join(folder, "emulator.json");

/** The log of the emulator, which has the functions' log lines too. */
export const emulatorLog = join(folder, "emulator.log");

/** The emulator that `npm start` started, when it still runs. */
export async function runningEmulator(): Promise<EmulatorRecord | undefined> {
  const record = readRecord();
  return record && (await isRunning(record)) ? record : undefined;
}

/** Whether an emulator was started here and not stopped since, running or not. */
export function isStarted(): boolean {
  return readRecord() !== undefined;
}

/**
 * Starts an emulator that outlives this process.
 * @throws Error when the port is in use: 4566, or what ORDERS_PORT says; 0 takes a free one.
 */
export async function startLocalEmulator(): Promise<EmulatorRecord> {
  const port = Number(process.env.ORDERS_PORT ?? 4566);
  const emulator = await startEmulator({ port, auth: true, logFile: emulatorLog });
  mkdirSync(folder, { recursive: true });
  writeFileSync(recordFile, JSON.stringify(emulator));
  emulator.release();
  return emulator;
}

/** Stops the emulator, also one that hangs, and forgets the stack, whose resources are gone with it. */
export async function forgetLocalStack(): Promise<void> {
  const record = readRecord();
  if (record) await stopEmulator(record);
  rmSync(folder, { recursive: true, force: true });
}

/** The stack `local` on the running emulator. Its outputs are recorded, so that others can find them. */
export async function openLocalStack(emulator: EmulatorRecord): Promise<LocalStack> {
  const { endpoint } = emulator;
  const stack = await openStack({ name: LOCAL_STACK, directory: join(folder, "stack"), endpoint });
  const up: LocalStack["up"] = async (options) => {
    const outcome = await stack.up(options);
    recordStack(folder, { name: LOCAL_STACK, emulator, outputs: outcome.outputs });
    return outcome;
  };
  return { ...stack, up };
}

function readRecord(): EmulatorRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile, "utf8")) as EmulatorRecord;
  } catch {
    return undefined;
  }
}
