// npm stop: destroys the stack `local` and stops its emulator.

import { destroyLocalStack, forgetLocalStack, isStarted, runningEmulator } from "../../stacks/local.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  if (!isStarted()) return console.log("Nothing is running.");
  const emulator = await runningEmulator();
  try {
    if (emulator) await destroyLocalStack(emulator, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    // Another version of the program may have deployed resources that this one does not know.
    console.log(
      `Not everything could be destroyed individually; stopping the emulator removes the rest: ${(error as Error).message}`,
    );
  } finally {
    await forgetLocalStack(); // whatever could not be destroyed is gone with the emulator
    console.log(emulator ? "Stopped the emulator." : "The emulator was gone already.");
  }
});
