import { execFile } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../../components/bundling/bundle.ts";
import { root } from "../../../tools/paths.ts";
import { median, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { interleave, type Task } from "../interleave.ts";
import type { PartContext } from "../part.ts";
import { type Call, callOf, ENVIRONMENT } from "./calls.ts";

/** Cold starts outside the emulator: a fresh Node process loads the bundle and answers a first event. */
export interface ColdStarts {
  rounds: number;
  /** Milliseconds of an empty handler, most of which Node itself takes. */
  emptyMs: number;
  handlers: { name: string; kilobytes: number; ms: number; ratio: Ratio }[];
}

const HARNESS = join(import.meta.dirname, "harness.mjs");
const EMPTY = "empty";

export async function measureColdStarts({ plan, progress }: PartContext): Promise<ColdStarts> {
  const entries = globSync(join(root, "handlers", "*.ts")).sort();
  const names = entries.map((entry) => basename(entry, ".ts"));
  const bundles = new Map<string, string>();
  for (const entry of [...entries, join(root, "load", "bench", "functions", "empty.ts")]) {
    bundles.set(basename(entry, ".ts"), await bundleFile(entry));
  }

  const start = (name: string, call: Call): Task => {
    const file = bundles.get(name) as string;
    return () => timeToAnswer(file, call);
  };
  const tasks: Record<string, Task> = Object.fromEntries(names.map((name) => [name, start(name, callOf(name))]));
  tasks[EMPTY] = start(EMPTY, { event: {} });
  const rounds = plan.coldStartRounds;
  const onRound = (done: number) => progress(`round ${done} of ${rounds + 1}`);
  const values = await interleave(tasks, { rounds, warmUp: 1, onRound });
  const empty = values[EMPTY] as number[];
  return {
    rounds,
    emptyMs: median(empty),
    handlers: names.map((name) => ({
      name,
      kilobytes: statSync(bundles.get(name) as string).size / 1_000,
      ms: median(values[name] as number[]),
      ratio: ratioOfMedians(values[name] as number[], empty),
    })),
  };
}

async function bundleFile(entry: string): Promise<string> {
  const { "index.mjs": file } = await (await bundle(entry)).assets;
  return (file as pulumi.asset.FileAsset).path;
}

const run = promisify(execFile);

/** Milliseconds from the start of a fresh process to its first answer, with what Lambda sets, and nothing of ours. */
async function timeToAnswer(file: string, call: Call): Promise<number> {
  const env = { PATH: process.env.PATH, NODE_OPTIONS: "--enable-source-maps", ...ENVIRONMENT };
  try {
    const { stdout } = await run(process.execPath, [HARNESS, file, JSON.stringify(call)], { env });
    return (JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as { ms: number }).ms;
  } catch (error) {
    // The message is the command, with all of the call.
    throw new Error(`A first call failed: ${(error as { stderr?: string }).stderr ?? error}`);
  }
}
