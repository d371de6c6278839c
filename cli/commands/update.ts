// Updates the running stack; `npm run dev` runs it in a process of its own each time, so that changed modules are loaded.

import { openLocalStack, runningEmulator } from "../../stacks/local.ts";
import { deploy } from "../../stacks/progress.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  const emulator = await runningEmulator();
  if (!emulator) throw new Error('The emulator is gone: run "npm start".');
  await deploy(await openLocalStack(emulator), signal);
});
