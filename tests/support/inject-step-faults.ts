// Injects faults into a step of the workflow. Loaded into the step's function before its own code (`node --import`), it
// wraps the handler, so that the deployed program itself stays unchanged. Steps that wait in the payment queue share a
// function, which gets them as messages: each message is handled on its own.
//
// FAULTS_FOLDER holds the instructions: ORDER.plan has the fault of each step as JSON, and every step waits for it.
// Files named ORDER.STEP.MARK record what happened, or signal that a paused step may continue.

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse } from "aws-lambda";
import type { StepFault } from "./step-faults.ts";

const { FAULTS_FOLDER = "", FAULTY_STEP = "" } = process.env;

interface Batch {
  Records: { body: string }[];
}
type Handler = (event: { orderId: string } | Batch, context: unknown) => Promise<unknown>;

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
    if (!("Records" in event)) {
      const run = () => original(event, context);
      return faulty(FAULTY_STEP, event.orderId, run, run);
    }
    const results = await Promise.all(
      event.Records.map((record) => {
        const message = JSON.parse(record.body);
        const run = (body: string) => original({ Records: [{ ...record, body }] }, context);
        // Nobody waits for this token, so the workflow gets no answer yet.
        const unanswered = JSON.stringify({ ...message, taskToken: "none" });
        return faulty(
          message.step,
          message.input.orderId,
          () => run(record.body),
          () => run(unanswered),
        );
      }),
    );
    return { batchItemFailures: results.flatMap((result) => (result as SQSBatchResponse).batchItemFailures) };
  };
}

/** @param affect - Runs the handler for its effect only. */
async function faulty(
  step: string,
  orderId: string,
  run: () => Promise<unknown>,
  affect: () => Promise<unknown>,
): Promise<unknown> {
  const plan = join(FAULTS_FOLDER, `${orderId}.plan`);
  while (!existsSync(plan)) await sleep(10);
  const fault: StepFault | undefined = JSON.parse(readFileSync(plan, "utf8"))[step];
  const [, kind = "", when] = /^(.*) (before|after)$/.exec(fault ?? "") ?? [];
  const mark = (name: string) => join(FAULTS_FOLDER, `${orderId}.${step}.${name}`);
  if (when === "before") await apply(kind, mark);
  if (when !== "after") return run();
  const result = await affect();
  await apply(kind, mark);
  return affect === run ? result : run();
}

async function apply(kind: string, mark: (name: string) => string): Promise<void> {
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
