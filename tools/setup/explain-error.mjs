import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { cacheFolder } from "./cache.mjs";
import { logFile, root } from "./run.mjs";

const DISK_IS_FULL = "there is no space left on the disk: free about 3 GB and run this again.";
const CAUSES = [
  [/ENOSPC|no space left/i, DISK_IS_FULL],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|no such host|name resolution|NewConnectionError|dial tcp/i,
    "the network can't be reached: check the connection, or the proxy and registry settings of npm, pip and go, and run this again.",
  ],
  [
    /No matching distribution/i,
    "pip found no build of it for this machine: check that its index can be reached, or install it yourself, and run this again.",
  ],
  [/EACCES|permission denied/i, "a folder can't be written: check who owns the checkout and the cache folder."],
];

/**
 * Explains an error of the set-up: what went wrong and what to do, in a sentence.
 * @param {Error & { output?: string, code?: string, step?: string }} error `output` of a program, `code` of a system call.
 */
export function explainError({ message, output, code, step = "Set-up" }) {
  if (output === undefined && code === undefined) return message; // thrown by the set-up itself: a sentence already
  const text = `${output ?? ""}\n${message}`;
  const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1] ?? (diskIsFull() ? DISK_IS_FULL : undefined);
  return `${step} failed because ${cause ?? `of this: "${errorLine(output ?? message)}".`} The log is ${logFile}.`;
}

/** The first line with an error, except npm's "error code …", else the last line. */
function errorLine(text) {
  const lines = text.trim().split("\n");
  return lines.find((line) => /\berror[: ]+(?!code)\w/i.test(line)) ?? lines.at(-1);
}

/** Not every program reports a full disk. */
function diskIsFull() {
  const folders = [root, cacheFolder, tmpdir()].filter((folder) => existsSync(folder));
  return folders.map((folder) => statfsSync(folder)).some(({ bavail, bsize }) => bavail * bsize < 50 * 1024 ** 2);
}
