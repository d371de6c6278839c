import { styleText } from "node:util";
import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { StackEngine } from "../local/engine/engine.ts";
import type { Outcome } from "../local/engine/engine-run.ts";

/** Deploys with a line for each resource that changes, and one for all together. */
export async function deploy(stack: StackEngine, signal: AbortSignal): Promise<OutputMap> {
  const { outputs } = await shown("Deploying", () => stack.up({ onEvent: showChange, signal }));
  return outputs;
}

/** Destroys, with a line for each resource. */
export async function destroy(stack: StackEngine, signal: AbortSignal): Promise<void> {
  await shown("Destroying", () => stack.destroy({ onEvent: showChange, signal }));
}

async function shown<T extends Outcome>(title: string, operation: () => Promise<T>): Promise<T> {
  console.log(`${title} the stack …`);
  const start = performance.now();
  const outcome = await operation();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${styleText("green", "✔")} ${summary(outcome)} ${styleText("dim", `(${seconds} s)`)}`);
  return outcome;
}

const participles: Record<string, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

function summary({ changes: { same = 0, ...changes } }: Outcome): string {
  const counts = Object.entries(changes).map(([operation, count]) => `${count} ${participles[operation] ?? operation}`);
  return [...counts, `${same} unchanged`].join(", ");
}

const marks: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "-" };

function showChange({ resOutputsEvent }: EngineEvent): void {
  const { op, urn, type } = resOutputsEvent?.metadata ?? {};
  const mark = op && marks[op];
  if (mark && type?.startsWith("aws:"))
    console.log(`  ${mark} ${urn?.split("::").at(-1)} ${styleText("dim", type ?? "")}`);
}
