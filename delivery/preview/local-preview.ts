import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  deployLocalStack,
  destroyLocalStack,
  forgetLocalStack,
  runningEmulator,
  startedEmulator,
  startLocalEmulator,
  stopLocalEmulator,
} from "../../stacks/local.ts";
import { forgetRecord, readRecord } from "../../stacks/record.ts";
import type { PreviewStack } from "./preview-stack.ts";
import type { Preview } from "./previews.ts";

/** A preview's stack on an emulator of its own, which outlives this process. */
export function localPreview({ name, folder }: Preview): PreviewStack {
  return {
    async up(config, signal) {
      const running = await runningEmulator(name);
      const emulator = readRecord(folder) && running ? running : await startAfresh();
      forgetRecord(folder); // nobody is to find a half-deployed stack
      // Each emulator is an account of its own, in which no stage has verified the sender.
      const settings = { ...config, createEmailIdentity: "true" };
      return (await deployLocalStack(emulator, signal, name, settings)).outputs;
    },
    async down(signal) {
      const started = await startedEmulator(name);
      try {
        if (started?.state === "running") await destroyLocalStack(started.emulator, signal, name);
      } finally {
        await forgetLocalStack(name); // stopping the emulator also removes what could not be destroyed
      }
      return started !== undefined;
    },
  };

  /** A killed deployment leaves resources that the state lacks and that would collide with new ones. */
  async function startAfresh() {
    await stopLocalEmulator(name);
    rmSync(join(folder, "stack"), { recursive: true, force: true, maxRetries: 10 });
    return startLocalEmulator(name);
  }
}
