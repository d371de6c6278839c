import { setTimeout as sleep } from "node:timers/promises";

/** Lets so many calls a second through, evenly spread. */
export class RateLimiter {
  private readonly intervalMs: number;
  private free = 0;

  /** @param rate - Calls per second. */
  constructor(rate: number) {
    this.intervalMs = 1_000 / rate;
  }

  /** Waits for the caller's turn. */
  async turn(): Promise<void> {
    const now = performance.now();
    const turn = Math.max(now, this.free);
    this.free = turn + this.intervalMs;
    if (turn > now) await sleep(turn - now);
  }
}
