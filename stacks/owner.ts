import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isProcess } from "../local/emulator/processes.ts";

/** The process that a folder belongs to. */
export interface Owner {
  pid: number;
  isRunning: boolean;
}

const FILE = "owner";

/** All processes of ours have it in their command line. */
const MARK = "node";

/** Notes that a folder is this process's: who finds it when the process is gone may take it away. */
export function noteOwner(folder: string): void {
  writeFileSync(join(folder, FILE), String(process.pid));
}

/** @returns Nothing for a folder that belongs to nobody in particular. */
export function ownerOf(folder: string): Owner | undefined {
  try {
    const pid = Number(readFileSync(join(folder, FILE), "utf8"));
    return { pid, isRunning: isProcess(pid, MARK) };
  } catch {
    return undefined;
  }
}

/** The folder stays, and belongs to nobody in particular any more. */
export function forgetOwner(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
