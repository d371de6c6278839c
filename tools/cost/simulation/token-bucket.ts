import type { VirtualWorld } from "./world.ts";

/** How much of something is allowed, as AWS's quotas count it. */
export interface Quota {
  /** How much is allowed at once. */
  bucketSize: number;
  /** How much per second is allowed in the long run. */
  refillRate: number;
}

/** Allows bursts, and a rate in the long run. */
export class TokenBucket {
  private readonly world: VirtualWorld;
  private readonly quota: Quota;
  private tokens: number;
  private filledAt: number;

  constructor(world: VirtualWorld, quota: Quota) {
    this.world = world;
    this.quota = quota;
    this.tokens = quota.bucketSize;
    this.filledAt = world.now;
  }

  /** Takes tokens if there are enough. @returns Whether there were. */
  take(count = 1): boolean {
    const { bucketSize, refillRate } = this.quota;
    const { now } = this.world;
    this.tokens = Math.min(bucketSize, this.tokens + ((now - this.filledAt) * refillRate) / 1_000);
    this.filledAt = now;
    if (this.tokens < count) return false;
    this.tokens -= count;
    return true;
  }
}
