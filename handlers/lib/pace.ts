import { setTimeout as sleep } from "node:timers/promises";

/** Spreads calls evenly, at a rate. */
export class Pace {
  private readonly intervalMs: number;
  private free = 0;

  /** @param rate - Calls per second. */
  constructor(rate: number) {
    this.intervalMs = 1_000 / rate;
  }

  /** Waits for the caller's turn. */
  async next(): Promise<void> {
    const now = performance.now();
    const turn = Math.max(now, this.free);
    this.free = turn + this.intervalMs;
    if (turn > now) await sleep(turn - now);
  }
}
