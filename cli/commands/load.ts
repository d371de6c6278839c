// npm run load -- --profile smoke: loads a stack with k6, then looks from outside whether every order that was accepted
// came to its end, and whether all sums are right. docs/load.md tells more.

import { load } from "../../load/load.ts";
import { openTarget } from "../../load/target.ts";
import { command } from "../command.ts";
import { readArguments } from "./load-arguments.ts";

await command(async (signal) => {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted.stack === undefined) console.log("Deploying an ephemeral stack …");
  const target = await openTarget(wanted.stack, signal);
  try {
    const { faults } = await load(wanted, target, signal);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  } finally {
    await target.close();
  }
});
