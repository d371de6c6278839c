import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../../../local/emulator/emulator.ts";
import { openEngine } from "../../../local/engine/engine.ts";
import { copyProgram } from "../../../stacks/program-copy.ts";
import { median } from "../../statistics.ts";
import type { PartContext } from "../part.ts";

/** Life cycles of ephemeral stacks like the tests', each on its own emulator. Only the first has to bundle. */
export interface Deployments {
  rounds: number;
  /** AWS resources of a stack. */
  resources: number;
  /** Medians. */
  steps: { name: string; seconds: number }[];
}

type Timed = <T>(name: string, operation: () => Promise<T>) => Promise<T>;

const HANDLER = join("handlers", "get-order.ts");

export async function measureDeployment({ plan, progress, signal }: PartContext): Promise<Deployments> {
  const times: Record<string, number[]> = {};
  const timed: Timed = async (name, operation) => {
    const start = performance.now();
    const result = await operation();
    times[name] = [...(times[name] ?? []), (performance.now() - start) / 1_000];
    return result;
  };
  const rounds = plan.deploymentRounds;
  let resources = 0;
  const program = mkdtempSync(join(tmpdir(), "orders-bench-program-"));
  copyProgram(program);
  try {
    for (let round = 1; round <= rounds; round++) {
      signal.throwIfAborted();
      progress(`stack ${round} of ${rounds}`);
      resources = await runLifeCycle(program, timed);
    }
  } finally {
    rmSync(program, { recursive: true });
  }
  return { rounds, resources, steps: Object.entries(times).map(([name, all]) => ({ name, seconds: median(all) })) };
}

/** Runs one stack through its life cycle. @returns The number of its AWS resources. */
async function runLifeCycle(copy: string, timed: Timed): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "orders-bench-"));
  const logFile = join(folder, "emulator.log");
  const emulator = await timed("emulator", () => startEmulator({ auth: true, folder, logFile }));
  try {
    const { default: program } = await import(pathToFileURL(join(copy, "index.ts")).href);
    const { endpoint } = emulator;
    const directory = join(folder, "stack");
    const engine = await timed("open", () =>
      openEngine({ name: "bench", directory, endpoint, ephemeral: true, program }),
    );
    let resources = 0;
    const count = ({ resOutputsEvent }: EngineEvent) => {
      if (resOutputsEvent?.metadata.type.startsWith("aws:")) resources++;
    };
    await timed("up", () => engine.up({ onEvent: count }));
    await timed("unchanged up", () => engine.up());
    appendFileSync(join(copy, HANDLER), `\nprocess.title = "${folder}";\n`);
    await timed("one-handler update", () => engine.up());
    await timed("destroy", () => engine.destroy());
    return resources;
  } finally {
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
