import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atExit } from "./at-exit.mjs";

/** The checkout's root folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Receives everything that the programs we run print, and why downloads failed. */
export const logFile = join(root, ".orders", "setup.log");

/** @param {string} text */
export function log(text) {
  mkdirSync(dirname(logFile), { recursive: true });
  appendFileSync(logFile, text);
}

/**
 * Runs a program to its end, in a process group of its own so that a time-out or Ctrl-C ends its children too.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options] `timeout` in milliseconds.
 * @returns {Promise<string>} What it printed.
 */
export async function run(program, args, { cwd = root, env = process.env, timeout } = {}) {
  log(`\n$ ${program} ${args.join(" ")}\n`);
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => child.pid && killGroup(child.pid);
  const callOff = atExit(end);
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
    callOff();
  }
}

/** The program on the PATH that answers so when asked; npm's launchers, which would download first, don't count. */
export function onPath(program, args, answer) {
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder && !folder.includes("node_modules"));
  return folders
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path) && answer.test(ask(path, args)));
}

/** What a quick program prints, such as its version; empty where it can't be run. */
export function ask(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 20_000 });
  return status === 0 ? stdout.trim() : "";
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // gone already
  }
}
