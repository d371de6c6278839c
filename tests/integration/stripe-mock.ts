import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { root } from "../../tools/paths.ts";

/** The version in tools/stripe-mock/go.mod. */
const VERSION = "0.203.0";
const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const program = join(caches, "orders", `stripe-mock-${VERSION}`, "stripe-mock");

/** Whether stripe-mock is cached or can be built, which needs Go 1.21 or newer: that downloads the required version. */
export function canRunStripeMock(): boolean {
  return existsSync(program) || spawnSync("go", ["version"]).status === 0;
}

/** Stripe's own stateless mock of its API, which validates requests against the API's OpenAPI document. */
export interface StripeMock {
  /** Base URL, on loopback. */
  endpoint: string;
  stop(): Promise<void>;
}

/** Starts stripe-mock on a free port, and builds it first if necessary. */
export async function startStripeMock(): Promise<StripeMock> {
  if (!existsSync(program)) await build();
  const child = spawn(program, ["-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0"]);
  process.once("exit", () => child.kill());
  const stop = async () => {
    const ended = once(child, "exit");
    if (child.kill()) await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, address] = /Listening for HTTP at address: (\S+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stdout.resume();
    return { endpoint: `http://${address}`, stop };
  }
  throw new Error("stripe-mock exited before it listened.");
}

async function build(): Promise<void> {
  const partial = `${program}.partial-${process.pid}`;
  mkdirSync(dirname(program), { recursive: true });
  const directory = join(root, "tools", "stripe-mock");
  await promisify(execFile)("go", ["build", "-ldflags", "-s -w", "-o", partial, "tool"], { cwd: directory });
  renameSync(partial, program);
}
