import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MS = 200;
/**
 * For hangs: longer than a payment's message stays hidden (five minutes) whose function could not postpone it, and less than Mocha's
 * limit, so that a failed check is shown.
 */
const TIMEOUT_MS = 600_000;

/**
 * Repeats a check until it passes.
 *
 * @param check - Throws while the condition is not met. Its last error is thrown in the end.
 * @returns What `check` returned.
 */
export async function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(INTERVAL_MS);
    }
  }
}
