import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MS = 200;

/**
 * Looks again and again until what is expected has come about.
 *
 * @param look - Throws while it has not.
 * @param patience - Seconds after which what `look` threw last is thrown on. Longer than anything should take.
 * @returns What `look` returned in the end.
 */
export async function eventually<T>(look: () => Promise<T> | T, patience = 30): Promise<T> {
  const deadline = Date.now() + patience * 1_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(INTERVAL_MS);
    }
  }
}
