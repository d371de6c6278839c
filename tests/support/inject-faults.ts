// Makes one step of the workflow fail on purpose. It is loaded into the step's function before the function's own code
// (`node --import`), and wraps its handler: the deployed program is the real one, and knows nothing of this.
//
// The files of FAULTS_FOLDER say what is to happen. ORDER.plan has the fault of each step as JSON; until it is there, every
// step waits. What was done, or is to be done, is marked by files of the form ORDER.STEP.MARK.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";

const { FAULTS_FOLDER = "", FAULTY_STEP = "" } = process.env;

type Handler = (event: { orderId: string }, context: unknown) => Promise<unknown>;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith("/index.mjs")) return nextLoad(url, context);
    const source = `
      import { handler as original } from ${JSON.stringify(`${url}?original`)};
      import { withFaults } from ${JSON.stringify(import.meta.url)};
      export const handler = withFaults(original);`;
    return { format: "module", source, shortCircuit: true };
  },
});

/** The handler, with what is planned to happen before it, or after its effect. */
export function withFaults(original: Handler): Handler {
  return async (event, context) => {
    const plan = join(FAULTS_FOLDER, `${event.orderId}.plan`);
    while (!existsSync(plan)) await sleep(10);
    const fault: Fault | undefined = JSON.parse(readFileSync(plan, "utf8"))[FAULTY_STEP];
    const [, kind = "", when] = /^(.*) (before|after)$/.exec(fault ?? "") ?? [];
    if (when === "before") await strike(kind, event.orderId);
    const result = await original(event, context);
    if (when === "after") await strike(kind, event.orderId);
    return result;
  };
}

async function strike(kind: string, orderId: string): Promise<void> {
  const mark = (name: string) => join(FAULTS_FOLDER, `${orderId}.${FAULTY_STEP}.${name}`);
  if (kind === "pause") {
    appendFileSync(mark("paused"), `${process.pid}\n`);
    while (!existsSync(mark("resumed"))) await sleep(10);
  } else if (kind === "always crash" || isFirst(mark("struck"))) {
    if (kind === "hang") await sleep(60_000);
    process.exit(1);
  }
}

/** Of several at once, one makes the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
