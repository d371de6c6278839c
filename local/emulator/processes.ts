import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process on this machine. */
export interface RunningProcess {
  pid: number;
  /** Its command line. */
  args: string[];
}

/** Whether the process runs and its command line contains the text: its pid may have been reused. */
export function isProcess(pid: number, text: string): boolean {
  return commandLine(pid).includes(text);
}

/** The running processes with an argument that contains the text. */
export function findProcesses(text: string): RunningProcess[] {
  return pids()
    .map((pid) => ({ pid, args: commandLine(pid).split(SEPARATOR).filter(Boolean) }))
    .filter(({ args }) => args.some((arg) => arg.includes(text)));
}

const isLinux = process.platform === "linux";

/** Linux separates arguments by NUL. In the output of `ps`, an argument with a space looks like two. */
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
