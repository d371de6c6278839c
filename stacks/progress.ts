import { styleText } from "node:util";
import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { StackEngine } from "../local/engine/engine.ts";
import type { Outcome } from "../local/engine/engine-run.ts";

/** Deploys a stack, and prints a line for each resource that changes, then a summary. */
export async function deploy(engine: StackEngine, signal: AbortSignal): Promise<OutputMap> {
  const { outputs } = await shown("Deploying", () => engine.up({ onEvent: showChange, signal }));
  return outputs;
}

/** Destroys a stack, and prints a line for each resource, then a summary. */
export async function destroy(engine: StackEngine, signal: AbortSignal): Promise<void> {
  await shown("Destroying", () => engine.destroy({ onEvent: showChange, signal }));
}

async function shown<T extends Outcome>(title: string, operation: () => Promise<T>): Promise<T> {
  console.log(`${title} the stack …`);
  const start = performance.now();
  const outcome = await operation();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${styleText("green", "✔")} ${summary(outcome)} ${styleText("dim", `(${seconds} s)`)}`);
  return outcome;
}

/** What a deployment does to a resource. */
export type Operation = "replace" | "delete" | "create" | "update";

/** The operations, in words. The most important first: replacing and deleting lose data. */
export const PARTICIPLES: Record<Operation, string> = {
  replace: "replaced",
  delete: "deleted",
  create: "created",
  update: "updated",
};

function summary({ changes: { same = 0, ...changes } }: Outcome): string {
  const counts = Object.entries(changes).map(
    ([operation, count]) => `${count} ${PARTICIPLES[operation as Operation] ?? operation}`,
  );
  return [...counts, `${same} unchanged`].join(", ");
}

const MARKS: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "-" };

function showChange({ resOutputsEvent }: EngineEvent): void {
  const { op, urn, type } = resOutputsEvent?.metadata ?? {};
  const mark = op && MARKS[op];
  if (mark && type?.startsWith("aws:"))
    console.log(`  ${mark} ${urn?.split("::").at(-1)} ${styleText("dim", type ?? "")}`);
}
