import { globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { type EmulatorRecord, isRunning } from "../local/emulator/emulator.ts";
import { localFolder } from "../tools/paths.ts";

/** The name of the stack that `npm start` deploys. */
export const LOCAL_STACK = "local";

/** What is noted of a stack on this machine after each deployment: asking the engine for it would take a second. */
export interface StackRecord {
  name: string;
  emulator: EmulatorRecord;
  /** Secrets in clear: look at `.secret` before anything is printed. */
  outputs: OutputMap;
}

/** Options for AWS SDK clients that look into a stack. */
export interface AwsClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

const FILE = "outputs.json";

/** The folder of a stack that outlives the process that deployed it. */
export function folderOf(name: string): string {
  const local = process.env.ORDERS_FOLDER ?? join(localFolder, LOCAL_STACK);
  return name === LOCAL_STACK ? local : join(dirname(local), name);
}

/** Where the folders of ephemeral stacks are. What follows the name is random. */
export function ephemeralFolderPrefix(name: string): string {
  return join(tmpdir(), `orders-${name}-`);
}

/** Notes in the stack's folder what was deployed, readable by its owner only. */
export function recordStack(folder: string, record: StackRecord): void {
  writeFileSync(join(folder, FILE), JSON.stringify(record), { mode: 0o600 });
}

/** Has nobody find the stack until it is deployed again. */
export function forgetRecord(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** Finds a deployed stack of this machine, ephemeral ones included, by its name. */
export async function findStack(name: string): Promise<StackRecord | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const ephemeral = globSync(`${basename(ephemeralFolderPrefix(name))}??????`, { cwd: tmpdir() });
  for (const folder of [folderOf(name), ...ephemeral.map((found) => join(tmpdir(), found))]) {
    const record = readRecord(folder);
    if (record?.name === name && (await isRunning(record.emulator))) return record;
  }
  return undefined;
}

/** Options for AWS SDK clients that look into a stack on an emulator. */
export function emulatorClient({ region = "" }: Record<string, string>, endpoint: string): AwsClientOptions {
  return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** The values of a stack's outputs, secrets in clear. */
export function plainOutputs(outputs: OutputMap): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
}

function readRecord(folder: string): StackRecord | undefined {
  const file = join(folder, FILE);
  try {
    // Others can write to the temporary folder, too: nobody is to send orders where they want them.
    if (statSync(file).uid !== userInfo().uid) return undefined;
    return JSON.parse(readFileSync(file, "utf8")) as StackRecord;
  } catch {
    return undefined;
  }
}
