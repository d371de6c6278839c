import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { cacheFolder } from "./cache.mjs";
import { logFile, root } from "./run.mjs";

const noSpace = "there is no space left on the disk: free about 3 GB and run this again.";
const causes = [
  [/ENOSPC|no space left/i, noSpace],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|no such host|name resolution|NewConnectionError|dial tcp/i,
    "the network can't be reached: check the connection, or the proxy and registry settings of npm, pip and go, and run this again.",
  ],
  [/No matching distribution/i, "there is no build of it for this machine: install it yourself and run this again."],
  [/EACCES|permission denied/i, "a folder can't be written: check who owns the checkout and the cache folder."],
];

/**
 * What went wrong and what to do about it, in one sentence, for whatever the set-up threw.
 * @param {Error & { output?: string, code?: string, step?: string }} error `output` of a program, `code` of a system call.
 */
export function oneSentence({ message, output, code, step = "Set-up" }) {
  if (output === undefined && code === undefined) return message; // ours: a sentence already
  const text = `${output ?? ""}\n${message}`;
  const cause = causes.find(([pattern]) => pattern.test(text))?.[1] ?? (diskIsFull() ? noSpace : undefined);
  return `${step} failed because ${cause ?? `of this: "${tellingLine(output ?? message)}".`} The log is ${logFile}.`;
}

/** The first line that speaks of an error, but for npm's "error code …", else the last. */
function tellingLine(text) {
  const lines = text.trim().split("\n");
  return lines.find((line) => /error[: ]+(?!code)\w/i.test(line)) ?? lines.at(-1);
}

/** Not every program says so when it is. */
function diskIsFull() {
  const folders = [root, cacheFolder, tmpdir()].filter((folder) => existsSync(folder));
  return folders.map((folder) => statfsSync(folder)).some(({ bavail, bsize }) => bavail * bsize < 50 * 1024 ** 2);
}
