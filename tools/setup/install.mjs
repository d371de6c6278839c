#!/usr/bin/env node
// Installs what is missing, with a line per step. A second run finds everything and prints nothing. Plain JavaScript for
// Node 20 without dependencies, since it runs before there are any. The command ./orders calls it where that is necessary.
//
// Usage: node tools/setup/install.mjs [packages | tool…]   packages: the packages alone; else the tools that everybody
// needs, too, and those that are named.

import { installDependencies } from "./dependencies.mjs";
import { explainError } from "./explain-error.mjs";
import { isTool, setUpTools } from "./set-up.mjs";
import { stopShowing } from "./step.mjs";

try {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
  const names = process.argv.slice(2);
  const dependencies = installDependencies();
  if (names.includes("packages")) await dependencies;
  else await setUpTools(names.filter(isTool), dependencies);
} catch (error) {
  stopShowing();
  console.error(explainError(error));
  process.exit(1); // also ends the steps that are still running
}
