// npm run --silent outputs [-- --show-secrets]: the stack's outputs as one JSON object, with the emulator's `endpoint`.

import { findRecord, LOCAL_STACK } from "../../stacks/record.ts";
import { command } from "../command.ts";
import { commandLine } from "../command-line.ts";

await command(async () => {
  const { showSecrets } = commandLine("npm run outputs --", "Prints the running stack's outputs as one JSON object.")
    .option("--show-secrets", "the secret ones, too")
    .parse()
    .opts<{ showSecrets?: true }>();
  const record = await findRecord(LOCAL_STACK);
  if (!record) throw new Error('Nothing is running: run "npm start" first.');
  const shown = Object.entries(record.outputs)
    .filter(([, { secret }]) => showSecrets || !secret)
    .map(([name, { value }]) => [name, value]);
  console.log(JSON.stringify({ ...Object.fromEntries(shown), endpoint: record.emulator.endpoint }, null, 2));
});
