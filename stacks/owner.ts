import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isProcess } from "../local/emulator/processes.ts";

/** The process that a folder belongs to. */
export interface Owner {
  pid: number;
  isRunning: boolean;
}

/** What the name of the file with the owner's pid starts with. */
export const OWNER_FILE = "owner";

/** In the command line of each of our processes. */
const MARK = "node";

/** Marks a folder as this process's. Once the process is gone, anyone may remove it. */
export function noteOwner(folder: string): void {
  writeFileSync(join(folder, OWNER_FILE), String(process.pid));
}

/** Marks a folder as this process's, unless another running process has it. @returns Whether it is this process's now. */
export function takeOwnership(folder: string): boolean {
  // Written elsewhere and then linked: of several processes, one wins, and none sees an empty file.
  const own = join(folder, `${OWNER_FILE}.${process.pid}`);
  writeFileSync(own, String(process.pid));
  try {
    if (ownerOf(folder)?.isRunning === false) forgetOwner(folder);
    linkSync(own, join(folder, OWNER_FILE));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own);
  }
}

/** @returns The owner, or undefined if the folder has none, or the file is somebody else's. */
export function ownerOf(folder: string): Owner | undefined {
  try {
    const pid = readFileSync(join(folder, OWNER_FILE), "utf8");
    return /^\d+$/.test(pid) ? { pid: Number(pid), isRunning: isProcess(Number(pid), MARK) } : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the mark: the folder has no owner any more. */
export function forgetOwner(folder: string): void {
  rmSync(join(folder, OWNER_FILE), { force: true });
}
