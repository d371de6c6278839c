import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  deployLocalStack,
  destroyLocalStack,
  forgetLocalStack,
  isStarted,
  runningEmulator,
  startLocalEmulator,
  stopLocalEmulator,
} from "../../stacks/local.ts";
import { findRecord, folderOf, forgetRecord } from "../../stacks/record.ts";
import type { Preview } from "./preview-stack.ts";

/** A preview on an emulator of its own, which outlives this process. */
export function localPreview(name: string): Preview {
  return {
    async up(config, signal) {
      const emulator = (await findRecord(name))?.emulator ?? (await startAfresh());
      forgetRecord(folderOf(name)); // until all of it is there
      // Its emulator is an account of its own, where nobody has verified the sender yet.
      const settings = { ...config, createEmailIdentity: "true" };
      return (await deployLocalStack(emulator, signal, name, settings)).outputs;
    },
    async down(signal) {
      const emulator = await runningEmulator(name);
      const wasThere = isStarted(name);
      try {
        if (emulator) await destroyLocalStack(emulator, signal, name);
      } finally {
        await forgetLocalStack(name); // whatever could not be destroyed is gone with the emulator
      }
      return wasThere;
    },
  };

  /** A deployment that was killed leaves things that are in no state, and in the way of the next one. */
  async function startAfresh() {
    await stopLocalEmulator(name);
    rmSync(join(folderOf(name), "stack"), { recursive: true, force: true, maxRetries: 10 });
    return startLocalEmulator(name);
  }
}
