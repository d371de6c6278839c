import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { root } from "../../tools/paths.ts";

/** Starts `./orders` in a process of its own. @param checkout - Default: this one. */
export function startCli(args: string[], env: NodeJS.ProcessEnv, checkout = root): ChildProcess {
  const command = [join(checkout, "cli", "main.ts"), ...args];
  return spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Waits until a process has ended. */
export async function endOf(child: ChildProcess) {
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, "close"),
  ]);
  return { output, errors, code };
}
