import { globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { type EmulatorRecord, isRunning } from "../local/emulator/emulator.ts";
import { localFolder } from "../tools/paths.ts";
import { LOCAL_STACK } from "./names.ts";
import { type AwsClientOptions, type Stack, stackOf } from "./stack.ts";

/** What each deployment on this machine leaves on disk: asking the engine would take a second. */
export interface StackRecord {
  name: string;
  emulator: EmulatorRecord;
  /** Secrets in plain text: check `.secret` before printing anything. */
  outputs: OutputMap;
}

const FILE = "outputs.json";

/** The folder of a stack that outlives the process that deployed it. */
export function folderOf(name: string): string {
  const local = process.env.ORDERS_FOLDER ?? join(localFolder, LOCAL_STACK);
  return name === LOCAL_STACK ? local : join(dirname(local), name);
}

/** What the path of an ephemeral stack's folder starts with; six random characters follow. */
export function ephemeralFolderPrefix(name: string): string {
  return join(tmpdir(), `orders-${name}-`);
}

/** The folders of the ephemeral stacks with a name. @param name - Default: any. */
export function ephemeralFolders(name = "*"): string[] {
  const found = globSync(`${basename(ephemeralFolderPrefix(name))}??????`, { cwd: tmpdir() });
  return found.map((folder) => join(tmpdir(), folder));
}

/** Writes the record of a deployment to the stack's folder, readable only by its owner. @returns The stack. */
export function recordStack(folder: string, record: StackRecord): Stack {
  writeFileSync(join(folder, FILE), JSON.stringify(record), { mode: 0o600 });
  return recordedStack(record);
}

/** Hides a stack until it is deployed again. */
export function forgetRecord(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** Finds a running stack on this machine by name, ephemeral ones included. */
export async function findRecord(name: string): Promise<StackRecord | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  for (const folder of [folderOf(name), ...ephemeralFolders(name)]) {
    const record = readRecord(folder);
    if (record?.name === name && (await isRunning(record.emulator))) return record;
  }
  return undefined;
}

/** The names of the stacks that run on this machine. */
export async function recordedNames(): Promise<string[]> {
  const permanent = dirname(folderOf(LOCAL_STACK));
  const folders = [
    ...globSync("*", { cwd: permanent }).map((name) => join(permanent, name)),
    ...globSync("orders-*", { cwd: tmpdir() }).map((name) => join(tmpdir(), name)),
  ];
  const records = folders.map(readRecord).filter((record) => record !== undefined);
  const running = await Promise.all(records.map(({ emulator }) => isRunning(emulator)));
  return [...new Set(records.filter((_, index) => running[index]).map(({ name }) => name))].sort();
}

/** The stack that a record describes. */
export function recordedStack({ name, emulator, outputs }: StackRecord): Stack {
  const plain = plainOutputs(outputs);
  return stackOf(name, plain, emulatorClient(plain, emulator.endpoint));
}

/** Options for AWS SDK clients that work on a stack's resources in an emulator. */
export function emulatorClient({ region = "" }: Record<string, string>, endpoint: string): AwsClientOptions {
  return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** The values of a stack's outputs, secrets in plain text. */
export function plainOutputs(outputs: OutputMap): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
}

/** The record in a stack's folder, if there is one that is ours. */
export function readRecord(folder: string): StackRecord | undefined {
  const file = join(folder, FILE);
  try {
    // Anyone can write to the temporary folder: don't send our orders where somebody else wants them.
    if (statSync(file).uid !== userInfo().uid) return undefined;
    return JSON.parse(readFileSync(file, "utf8")) as StackRecord;
  } catch {
    return undefined;
  }
}
