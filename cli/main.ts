// What ./orders runs. docs/operations.md explains the operators' verbs by task.

import { bypassProxies } from "./loopback.ts";
import { run } from "./program.ts";

bypassProxies(process.env);

// A reader that goes away, as in "./orders list | head", is no failure, and must not break a deployment in the middle.
process.stdout.on("error", () => {});

/** npm passes a terminal's Ctrl-C on, so that it arrives twice. */
const ECHO_MS = 1_000;

const { stdin, stdout, stderr } = process;
const exitCode = await run(process.argv.slice(2), {
  ...{ stdin, stdout, stderr, interruption },
  columns: stdout.isTTY ? stdout.columns : undefined,
  canAsk: stdin.isTTY && stderr.isTTY,
});
// A pipe takes 64 KB at once; the rest follows as its reader reads.
for (const stream of [stdout, stderr]) await new Promise<void>((resolve) => stream.write("", () => resolve()));
// Without this, Node may wait for ever for a connection that was reset while it was in use (Environment::CleanupHandles in
// Node 24).
process.exit(exitCode);

function interruption(): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = () => {
    first ??= Date.now();
    // Whoever insists does not want to wait for a good end.
    if (Date.now() - first > ECHO_MS) process.exit(130);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, interrupt);
  return controller.signal;
}
