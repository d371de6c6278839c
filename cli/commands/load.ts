// npm run load -- --profile smoke: load-tests a stack with k6, then verifies from outside that every accepted order reached a
// final state and that stock and charges add up. docs/load.md tells more.

import { randomBytes } from "node:crypto";
import { load } from "../../load/load.ts";
import { openEphemeralStack } from "../../stacks/ephemeral.ts";
import { findStack } from "../../stacks/find.ts";
import type { Stack } from "../../stacks/stack.ts";
import { command } from "../command.ts";
import { readArguments } from "./load-arguments.ts";

await command(async (signal) => {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted.stack !== undefined) return run(await findStack(wanted.stack));
  console.log("Deploying an ephemeral stack …");
  const stack = await openEphemeralStack(`load-${randomBytes(4).toString("hex")}`, { signal });
  try {
    await run(stack);
  } finally {
    await stack.destroy();
  }

  async function run(stack: Stack): Promise<void> {
    const { failures } = await load(wanted, stack, signal);
    if (failures.length > 0) throw new Error(failures.join("\n"));
  }
});
