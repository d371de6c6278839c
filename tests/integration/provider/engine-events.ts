import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";

/** Outputs in plain text. */
export function plain(outputs: OutputMap): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** Runs an engine operation. @returns The changes, sorted: operation and logical name. */
export async function operations(run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<string[]> {
  const seen = new Set<string>();
  await run(({ resOutputsEvent }) => {
    const { op, urn, type } = resOutputsEvent?.metadata ?? {};
    if (!op || op === "same" || type === "pulumi:pulumi:Stack") return;
    seen.add(`${op} ${urn?.split("::").at(-1)}`);
  });
  return [...seen].sort();
}
