// npm run bench:stack: how long an ephemeral stack takes up, unchanged, with one handler changed, and down. Medians of five
// runs, each on an emulator of its own, as the tests do it. Only the first has to bundle all handlers.

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../emulator.ts";
import { openStack } from "../engine.ts";
import { copyProgram } from "../program-copy.ts";
import { command } from "./command.ts";

const rounds = 5;
const handler = join("handlers", "get-order.ts");

await command(async (signal) => {
  const times: Record<string, number[]> = {};
  let resources = 0;
  const program = mkdtempSync(join(tmpdir(), "orders-bench-program-"));
  copyProgram(program);
  try {
    for (let round = 1; round <= rounds && !signal.aborted; round++) {
      resources = await measure(program, async (name, operation) => {
        const start = performance.now();
        const result = await operation();
        times[name] = [...(times[name] ?? []), (performance.now() - start) / 1000];
        return result;
      });
      console.log(
        `Round ${round} of ${rounds}: ${Object.entries(times)
          .map(([name, all]) => `${name} ${format(all.at(-1))}`)
          .join(", ")}`,
      );
    }
  } finally {
    rmSync(program, { recursive: true });
  }
  signal.throwIfAborted();
  console.log(`\nMedians of ${rounds}, ${resources} AWS resources, ${availableParallelism()} cores:`);
  for (const [name, all] of Object.entries(times)) console.log(`  ${name.padEnd(20)} ${format(median(all))}`);
});

type Measure = <T>(name: string, operation: () => Promise<T>) => Promise<T>;

/** One round. @returns The number of AWS resources. */
async function measure(copy: string, timed: Measure): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "orders-bench-"));
  const logFile = join(folder, "emulator.log");
  const emulator = await timed("emulator", () => startEmulator({ auth: true, folder, logFile }));
  try {
    const { default: program } = await import(join(copy, "index.ts"));
    const stack = await timed("open", () =>
      openStack({
        name: "bench",
        directory: join(folder, "stack"),
        endpoint: emulator.endpoint,
        ephemeral: true,
        program,
      }),
    );
    let resources = 0;
    const count = ({ resOutputsEvent }: EngineEvent) => {
      if (resOutputsEvent?.metadata.type.startsWith("aws:")) resources++;
    };
    await timed("up", () => stack.up({ onEvent: count }));
    await timed("unchanged up", () => stack.up());
    appendFileSync(join(copy, handler), `\nprocess.title = "${folder}";\n`);
    await timed("one-handler update", () => stack.up());
    await timed("destroy", () => stack.destroy());
    return resources;
  } finally {
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function format(seconds = Number.NaN): string {
  return `${seconds.toFixed(2)} s`;
}
