import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MS = 200;

/**
 * Repeats a check until it passes.
 *
 * @param check - Throws while the condition is not met.
 * @param timeoutSeconds - When to give up and throw the check's last error. Longer than anything should take.
 * @returns What `check` returned.
 */
export async function eventually<T>(check: () => Promise<T> | T, timeoutSeconds = 30): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(INTERVAL_MS);
    }
  }
}
