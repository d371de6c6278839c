// Updates the running stack. `npm run dev` runs this in a fresh process each time, to load the changed modules.

import { deployLocalStack, runningEmulator } from "../../stacks/local.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  const emulator = await runningEmulator();
  if (!emulator) throw new Error('The emulator is gone: run "npm start".');
  await deployLocalStack(emulator, signal);
});
