import { rmSync } from "node:fs";
import { join } from "node:path";
import { deploy, destroy } from "../local/deploy.ts";
import {
  forgetLocalStack,
  isStarted,
  openLocalStack,
  runningEmulator,
  startLocalEmulator,
} from "../local/local-stack.ts";
import { folderOf, plainOutputs } from "../local/stack-record.ts";
import type { Preview } from "./preview-stack.ts";

/** A preview on an emulator of its own, which outlives this process. */
export function localPreview(name: string): Preview {
  return {
    async up(config, signal) {
      const emulator = (await runningEmulator(name)) ?? (await startAfresh());
      return plainOutputs(await deploy(await openLocalStack(emulator, name, config), signal));
    },
    async down(signal) {
      const emulator = await runningEmulator(name);
      const wasThere = isStarted(name);
      try {
        if (emulator) await destroy(await openLocalStack(emulator, name), signal);
      } finally {
        await forgetLocalStack(name); // whatever could not be destroyed is gone with the emulator
      }
      return wasThere;
    },
  };

  /** What another emulator had is gone with it. */
  function startAfresh() {
    rmSync(join(folderOf(name), "stack"), { recursive: true, force: true });
    return startLocalEmulator(name);
  }
}
