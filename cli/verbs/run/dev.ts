import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { root } from "../../../tools/paths.ts";
import { type Context, type Report, TOLD } from "../../context.ts";

const FOLDERS = ["aws", "components", "domain", "handlers", "mails", "payments", "store", "web"];
/** Written by the redeployment itself. */
const WRITTEN = join("mails", "templates.json");
const FILES = new Set(["index.ts", "Pulumi.yaml"]);
/** Editors and git write several files in a row: so long after the last one, they are done. */
const QUIET_MS = 200;

/** Starts everything as `up` does, then redeploys whenever a source file changes, until Ctrl-C. What runs stays then. */
export async function dev({ terminal, tell }: Context): Promise<Report> {
  const signal = terminal.interruption();
  if ((await run("up", signal)) !== 0) throw new Error("Not started: see above.");
  let running = Promise.resolve();
  let waiting = false;
  const redeploy = async (file: string) => {
    waiting = false;
    if (signal.aborted) return;
    tell(`\n${file} changed.`);
    await run("redeploy", signal);
  };
  watchSources(signal, (file) => {
    if (!waiting) running = running.then(() => redeploy(file));
    waiting = true;
  });
  tell(`Watching ${[...FOLDERS, ...FILES].join(", ")}. Ctrl-C stops watching; "./orders down" removes the stack.`);
  if (!signal.aborted) await once(signal, "abort");
  await running;
  return TOLD;
}

/** A fresh process loads the changed modules. */
function run(verb: string, signal: AbortSignal): Promise<number | null> {
  const child = spawn(process.execPath, [join(root, "cli", "main.ts"), verb], { stdio: "inherit" });
  signal.addEventListener("abort", () => child.kill("SIGTERM"));
  return new Promise((resolve) => child.once("close", resolve));
}

/** Tells the last of the source files that changed, once no more do. */
function watchSources(signal: AbortSignal, tell: (file: string) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const note = (file: string) => {
    if (file === WRITTEN) return;
    clearTimeout(timer);
    timer = setTimeout(() => tell(file), QUIET_MS);
  };
  for (const folder of FOLDERS) {
    watch(join(root, folder), { recursive: true, signal }, (_, file) => file && note(join(folder, file)));
  }
  watch(root, { signal }, (_, file) => file && FILES.has(file) && note(file));
}
