import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atExit } from "./at-exit.mjs";

/** The checkout's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Receives the output of all programs that are run, and why downloads failed. */
export const logFile = join(root, ".orders", "setup.log");

/** Time-out of a download. */
export const DOWNLOAD_TIMEOUT_MS = 300_000;

/** Time-out of a program that only prints something. */
const OUTPUT_TIMEOUT_MS = 20_000;

/** @param {string} text */
export function log(text) {
  mkdirSync(dirname(logFile), { recursive: true });
  appendFileSync(logFile, text);
}

/**
 * Runs a program in its own process group, so that a time-out or Ctrl-C ends its children, too.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options] `timeout` in milliseconds.
 * @returns {Promise<string>} What it printed.
 */
export async function run(program, args, { cwd = root, env = process.env, timeout } = {}) {
  log(`\n$ ${program} ${args.join(" ")}\n`);
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => child.pid && killGroup(child.pid);
  const unregister = atExit(end);
  const timer = timeout && setTimeout(end, timeout);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      log(text);
    });
  }
  try {
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (code === 0) return output;
    throw Object.assign(new Error(`${program} failed`), { output });
  } catch (error) {
    throw error.code === "ENOENT"
      ? new Error(`The program ${program} is missing: install it and run this again.`)
      : error;
  } finally {
    clearTimeout(timer);
    unregister();
  }
}

/** Finds a program on the PATH whose output matches, except npm's launchers, which would start a download. */
export function findOnPath(program, args, pattern) {
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder && !folder.includes("node_modules"));
  return folders
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path) && pattern.test(readOutput(path, args)));
}

/** What a program prints, such as its version; empty if it fails. */
export function readOutput(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: OUTPUT_TIMEOUT_MS });
  return status === 0 ? stdout.trim() : "";
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // already gone
  }
}
