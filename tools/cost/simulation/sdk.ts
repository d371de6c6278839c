import { CLIENT_OPTIONS } from "../../../aws/client-options.ts";
import type { VirtualWorld } from "./world.ts";

/** What an instance of a function may spend on retries, what one of a throttled call costs, and what a success gives back. */
const CAPACITY = 500;
const RETRY_COST = 5;
const SUCCESS_REFUND = 1;

/**
 * The SDK's client, as it treats calls that AWS throttles: it retries them up to 1, 2, 4 … seconds later, as long as most of them
 * succeed. Source: the SDK's "standard" retry mode.
 */
export class VirtualClient {
  private readonly world: VirtualWorld;
  private readonly maxCapacity: number;
  private capacity: number;

  /** @param instances - Instances of a function that have one each. */
  constructor(world: VirtualWorld, instances = 1) {
    this.world = world;
    this.maxCapacity = instances * CAPACITY;
    this.capacity = this.maxCapacity;
  }

  /**
   * Calls AWS.
   *
   * @param send - Returns whether the call was not throttled.
   * @returns Whether an attempt was not throttled.
   */
  async call(send: () => boolean | Promise<boolean>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      if (await send()) {
        const refund = attempt > 1 ? RETRY_COST : SUCCESS_REFUND;
        this.capacity = Math.min(this.maxCapacity, this.capacity + refund);
        return true;
      }
      if (attempt === CLIENT_OPTIONS.maxAttempts || this.capacity < RETRY_COST) return false;
      this.capacity -= RETRY_COST;
      await this.world.sleep(this.world.random() * 1_000 * 2 ** (attempt - 1));
    }
  }
}
