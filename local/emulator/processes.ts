import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine. */
export interface RunningProcess {
  pid: number;
  /** Its command line, word by word. */
  args: string[];
}

/** Whether the process runs and `mark` is in its command line: a pid alone may have been given to another program. */
export function isProcess(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark);
}

/** The running processes with `mark` in their command line. */
export function processesWith(mark: string): RunningProcess[] {
  return pids()
    .map((pid) => ({ pid, args: commandLine(pid).split(SEPARATOR).filter(Boolean) }))
    .filter(({ args }) => args.some((arg) => arg.includes(mark)));
}

const isLinux = process.platform === "linux";

/** Linux keeps words apart; what `ps` prints can't tell a blank in a word from one between two. */
const SEPARATOR = isLinux ? "\0" : " ";

function commandLine(pid: number): string {
  try {
    if (isLinux) return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

function pids(): number[] {
  const names = isLinux
    ? readdirSync("/proc")
    : execFileSync("ps", ["-axo", "pid="], { encoding: "utf8" }).split(/\s+/);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
