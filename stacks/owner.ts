import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isProcess } from "../local/emulator/processes.ts";

/** The process that a folder belongs to. */
export interface Owner {
  pid: number;
  isRunning: boolean;
}

const FILE = "owner";

/** In the command line of each of our processes. */
const MARK = "node";

/** Marks a folder as this process's. Once the process is gone, anyone may remove it. */
export function noteOwner(folder: string): void {
  writeFileSync(join(folder, FILE), String(process.pid));
}

/** @returns The owner, or undefined if the folder has none. */
export function ownerOf(folder: string): Owner | undefined {
  try {
    const pid = Number(readFileSync(join(folder, FILE), "utf8"));
    return { pid, isRunning: isProcess(pid, MARK) };
  } catch {
    return undefined;
  }
}

/** Removes the mark: the folder has no owner any more. */
export function forgetOwner(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
