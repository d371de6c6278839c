// Injects faults into a step of the workflow. Loaded into the step's function before its own code (`node --import`), it
// wraps the handler, so that the deployed program itself stays unchanged.
//
// FAULTS_FOLDER holds the instructions: ORDER.plan has the fault of each step as JSON, and every step waits for it.
// Files named ORDER.STEP.MARK record what happened, or signal that a paused step may continue.

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StepFault } from "./step-faults.ts";

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

/** Wraps a handler: applies the order's planned fault before the handler runs, or after its effect. */
export function withFaults(original: Handler): Handler {
  return async (event, context) => {
    const plan = join(FAULTS_FOLDER, `${event.orderId}.plan`);
    while (!existsSync(plan)) await sleep(10);
    const fault: StepFault | undefined = JSON.parse(readFileSync(plan, "utf8"))[FAULTY_STEP];
    const [, kind = "", when] = /^(.*) (before|after)$/.exec(fault ?? "") ?? [];
    if (when === "before") await apply(kind, event.orderId);
    const result = await original(event, context);
    if (when === "after") await apply(kind, event.orderId);
    return result;
  };
}

async function apply(kind: string, orderId: string): Promise<void> {
  const mark = (name: string) => join(FAULTS_FOLDER, `${orderId}.${FAULTY_STEP}.${name}`);
  if (kind === "pause") {
    appendFileSync(mark("paused"), `${process.pid}\n`);
    while (!existsSync(mark("resumed"))) await sleep(10);
  } else if (kind === "crash 20 times") {
    if (existsSync(mark("crashes")) && statSync(mark("crashes")).size >= 20) return;
    appendFileSync(mark("crashes"), ".");
    process.exit(1);
  } else if (kind === "always crash" || isFirst(mark("applied"))) {
    if (kind === "hang") await sleep(60_000);
    process.exit(1);
  }
}

/** Creating a folder is atomic: of concurrent calls, only one succeeds. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
