import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { root } from "../../tools/paths.ts";

/** Starts `./orders` in a process of its own. */
export function startCli(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [join(root, "cli", "main.ts"), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
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
