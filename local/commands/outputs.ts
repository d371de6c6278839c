// npm run --silent outputs [-- --show-secrets]: the stack's outputs as one JSON object, with the emulator's `endpoint`.

import { parseArgs } from "node:util";
import { openLocalStack, runningEmulator } from "../local-stack.ts";
import { command } from "./command.ts";

await command(async () => {
  const { values } = parseArgs({ options: { "show-secrets": { type: "boolean" } } });
  const emulator = await runningEmulator();
  if (!emulator) throw new Error('Nothing is running: run "npm start" first.');
  const outputs = Object.entries(await (await openLocalStack(emulator)).outputs());
  const shown = outputs
    .filter(([, { secret }]) => values["show-secrets"] || !secret)
    .map(([name, { value }]) => [name, value]);
  console.log(JSON.stringify({ ...Object.fromEntries(shown), endpoint: emulator.endpoint }, null, 2));
});
