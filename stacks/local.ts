import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type EmulatorRecord,
  type EmulatorState,
  startEmulator,
  stateOf,
  stopEmulator,
} from "../local/emulator/emulator.ts";
import { choosePort } from "../local/emulator/ports.ts";
import { openEngine, type StackEngine } from "../local/engine/engine.ts";
import { LOCAL_STACK } from "./names.ts";
import { OWNER_FILE } from "./owner.ts";
import { deploy, destroy } from "./progress.ts";
import { folderOf, recordStack } from "./record.ts";
import type { Stack } from "./stack.ts";

/** The log of a stack's emulator, which also has what the functions log. */
export function emulatorLog(name = LOCAL_STACK): string {
  return join(folderOf(name), "emulator.log");
}

/** The emulator that was started for a stack and never stopped, even if it is gone. */
export async function startedEmulator(
  name = LOCAL_STACK,
): Promise<{ emulator: EmulatorRecord; state: EmulatorState } | undefined> {
  const emulator = readRecord(name);
  return emulator && { emulator, state: await stateOf(emulator) };
}

/**
 * The emulator that was started for a stack, if it runs.
 *
 * @throws Error, a sentence, if its process lives but does not answer: starting another one would lose its data.
 */
export async function runningEmulator(name = LOCAL_STACK): Promise<EmulatorRecord | undefined> {
  const { emulator, state } = (await startedEmulator(name)) ?? {};
  if (emulator && state === "silent") {
    const down = name === LOCAL_STACK ? "down" : `preview down --number ${name.replace(/^pr-/, "")}`;
    throw new Error(
      `The emulator of the stack ${name}, process ${emulator.pid}, does not answer at ${emulator.endpoint}: try again, ` +
        `or give it up with all its data by "./orders ${down}". Its log is ${emulatorLog(name)}.`,
    );
  }
  return state === "running" ? emulator : undefined;
}

/**
 * The port for the stack `local`: 4566 or `ORDERS_PORT`, where 0 means any free one.
 *
 * @throws Error, a sentence, if it can't be used.
 */
export async function localPort(): Promise<number> {
  const wanted = process.env.ORDERS_PORT || "4566";
  const port = /^\d+$/.test(wanted) ? Number(wanted) : Number.NaN;
  if (!(port <= 65_535))
    throw new Error(`ORDERS_PORT is "${wanted}": enter a port, 1 to 65535, or 0 for any free one.`);
  return choosePort(port);
}

/**
 * Starts an emulator that outlives this process: for the stack `local` on {@link localPort}, for others on any free port.
 *
 * @throws Error, a sentence, if the port can't be used.
 */
export async function startLocalEmulator(name = LOCAL_STACK): Promise<EmulatorRecord> {
  const port = name === LOCAL_STACK ? await localPort() : 0;
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

/** What a stack's folder may hold; a preview's has its report. */
const OWN_ENTRIES = ["emulator.json", "emulator.log", "outputs.json", "report.json", "stack"];

/**
 * Stops the emulator and removes all of the stack's files. The resources go with the emulator. For whoever has the stack's lock,
 * which stays.
 *
 * @throws Error, a sentence, if the folder holds anything else: ORDERS_FOLDER may name somebody's own.
 */
export async function forgetLocalStack(name = LOCAL_STACK): Promise<void> {
  const folder = folderOf(name);
  const others = readdirSync(folder).filter((entry) => !entry.startsWith(OWNER_FILE) && !OWN_ENTRIES.includes(entry));
  if (others.length > 0) {
    throw new Error(
      `${folder} holds files that are not the stack's, such as ${others[0]}: set ORDERS_FOLDER to another.`,
    );
  }
  await stopLocalEmulator(name);
  // An engine whose process was killed may still be writing.
  for (const entry of OWN_ENTRIES) rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 10 });
}

/**
 * Deploys a stack to its running emulator, prints each change, and records the outputs for others to find.
 *
 * @param config - Settings that differ from Pulumi.yaml's defaults and the local target's.
 * @throws Error with the resources' own errors, or, as a sentence, that the emulator ended meanwhile.
 */
export async function deployLocalStack(
  emulator: EmulatorRecord,
  signal: AbortSignal,
  name = LOCAL_STACK,
  config: Record<string, string> = {},
): Promise<Stack> {
  const outputs = await deploy(await engineOf(name, emulator, config), signal).catch(async (cause) => {
    if (signal.aborted || (await stateOf(emulator)) !== "gone") throw cause;
    throw new Error(`The emulator of the stack ${name} ended meanwhile: try again. Its log is ${emulatorLog(name)}.`, {
      cause,
    });
  });
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
