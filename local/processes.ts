import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether the process runs and `mark` is in its command line: a pid alone may have been given to another program. */
export function isProcess(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark);
}

function commandLine(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
