#!/usr/bin/env node
// npm run orders -- VERB, or npx orders VERB: what operators do with a deployed stack. docs/operations.md teaches it.

import { run } from "./program.ts";

// A reader that goes away, as in "npx orders list | head", is no failure.
process.stdout.on("error", () => {});

const { stdin, stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, interruption });

function interruption(): AbortSignal {
  const controller = new AbortController();
  // The second time, it ends the process as ever.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => controller.abort());
  return controller.signal;
}
