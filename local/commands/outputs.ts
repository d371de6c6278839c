// npm run --silent outputs [-- --show-secrets]: the stack's outputs as one JSON object, with the emulator's `endpoint`.

import { parseArgs } from "node:util";
import { command } from "../../lib/command.ts";
import { findStack, LOCAL_STACK } from "../stack-record.ts";

await command(async () => {
  const { values } = parseArgs({ options: { "show-secrets": { type: "boolean" } } });
  const stack = await findStack(LOCAL_STACK);
  if (!stack) throw new Error('Nothing is running: run "npm start" first.');
  const shown = Object.entries(stack.outputs)
    .filter(([, { secret }]) => values["show-secrets"] || !secret)
    .map(([name, { value }]) => [name, value]);
  console.log(JSON.stringify({ ...Object.fromEntries(shown), endpoint: stack.emulator.endpoint }, null, 2));
});
