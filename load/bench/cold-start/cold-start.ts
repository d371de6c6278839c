import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { uniq } from "es-toolkit";
import { bundle } from "../../../components/bundling/bundle.ts";
import { root } from "../../../tools/paths.ts";
import { median, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { interleave, type Task } from "../interleave.ts";
import type { PartContext } from "../part.ts";
import { type Call, callOf, ENVIRONMENT } from "./calls.ts";

/** Cold starts outside the emulator: a fresh Node process loads the bundle and handles a first event. */
export interface ColdStarts {
  rounds: number;
  /** Functions that only create AWS clients and make one call: one for each combination of clients that handlers have. */
  floors: ColdStart[];
  /** Each with its ratio to the floor with the same clients. */
  handlers: (ColdStart & { name: string; ratio: Ratio })[];
}

interface ColdStart {
  /** The AWS clients in its bundle, such as `dynamodb+sfn`. */
  clients: string;
  kilobytes: number;
  ms: number;
}

const HARNESS = join(import.meta.dirname, "harness.mjs");
const FLOORS = join(import.meta.dirname, "floors");

export async function measureColdStarts({ plan, progress }: PartContext): Promise<ColdStarts> {
  const handlers = await Promise.all(
    globSync(join(root, "handlers", "*.ts"))
      .sort()
      .map(open),
  );
  const floors = await Promise.all(
    uniq(handlers.map(({ clients }) => clients))
      .sort()
      .map((clients) => open(floorOf(clients))),
  );
  const tasks: Record<string, Task> = {};
  for (const { name, file } of handlers) tasks[name] = () => timeToResponse(file, callOf(name));
  const anyCall = callOf("get-order");
  for (const { name, file } of floors) tasks[name] = () => timeToResponse(file, anyCall);

  const rounds = plan.coldStartRounds;
  const onRound = (done: number) => progress(`round ${done} of ${rounds + 1}`);
  const values = await interleave(tasks, { rounds, warmUp: 1, onRound });

  const of = ({ name, clients, kilobytes }: Bundle) => ({ clients, kilobytes, ms: median(values[name] as number[]) });
  return {
    rounds,
    floors: floors.map(of),
    handlers: handlers.map((each) => ({
      name: each.name,
      ...of(each),
      ratio: ratioOfMedians(values[each.name] as number[], values[each.clients] as number[]),
    })),
  };
}

interface Bundle {
  name: string;
  file: string;
  kilobytes: number;
  clients: string;
}

async function open(entry: string): Promise<Bundle> {
  const files = (await (await bundle(entry)).assets) as Record<string, pulumi.asset.FileAsset>;
  const [file, map] = await Promise.all([files["index.mjs"]?.path ?? "", files["index.mjs.map"]?.path ?? ""]);
  const { sources } = JSON.parse(readFileSync(map, "utf8")) as { sources: string[] };
  const clients = sources.map((source) => /@aws-sdk\/client-([\w-]+)\//.exec(source)?.[1]).filter((name) => name);
  return {
    name: basename(entry, ".ts"),
    file,
    kilobytes: statSync(file).size / 1_000,
    clients: uniq(clients).sort().join("+"),
  };
}

/** The source of the floor with these AWS clients. */
function floorOf(clients: string): string {
  const file = join(FLOORS, `${clients}.ts`);
  if (existsSync(file)) return file;
  throw new Error(`No floor has the AWS clients ${clients}: add ${clients}.ts to ${FLOORS}.`);
}

const run = promisify(execFile);

/** Milliseconds from the start of a fresh process to its first response, with Lambda's settings and none of this process. */
async function timeToResponse(file: string, call: Call): Promise<number> {
  const env = { PATH: process.env.PATH, NODE_OPTIONS: "--enable-source-maps", ...ENVIRONMENT };
  try {
    const { stdout } = await run(process.execPath, [HARNESS, pathToFileURL(file).href, JSON.stringify(call)], { env });
    return (JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as { ms: number }).ms;
  } catch (error) {
    // The error's message would be the whole command, including the call.
    throw new Error(`A first call failed: ${(error as { stderr?: string }).stderr ?? error}`);
  }
}
