import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { tool } from "../../tools/paths.ts";

/** Stripe's own stateless mock of its API, which validates requests against the API's OpenAPI document. */
export interface StripeMock {
  /** Base URL, on loopback. */
  endpoint: string;
  stop(): Promise<void>;
}

/** Starts stripe-mock on a free port. */
export async function startStripeMock(): Promise<StripeMock> {
  const child = spawn(tool("stripe-mock"), ["-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0"]);
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
