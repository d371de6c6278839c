import { TokenBucket } from "./token-bucket.ts";
import type { VirtualWorld } from "./world.ts";

/** Write units a second of a partition. Source: DynamoDB's developer guide, "Designing partition keys". */
const CAPACITY = 1_000;
/** DynamoDB answers a single write in a few milliseconds, a transaction in some 20. */
const WRITE_MS = 5;
const TRANSACTION_MS = 20;

type Refusal = "conflict" | "throttled";

/**
 * What DynamoDB does with the writes of one item below 1 KB: 1,000 write units a second, of which it lends unused ones for a
 * second; and what overlaps a transaction is refused.
 */
export class VirtualItem {
  units = 0;
  /** Writes that were refused. */
  refused = 0;
  private readonly world: VirtualWorld;
  private readonly capacity: TokenBucket;
  private heldUntil = 0;

  constructor(world: VirtualWorld) {
    this.world = world;
    this.capacity = new TokenBucket(world, { bucketSize: CAPACITY, refillRate: CAPACITY });
  }

  /** A single write. @returns Why it was refused, if it was. */
  async write(): Promise<Refusal | undefined> {
    await this.world.sleep(WRITE_MS);
    return this.isHeld() ? this.refuse("conflict") : this.use(1);
  }

  /** A transaction, whose writes cost double. @returns Why it was cancelled, if it was. */
  async transact(): Promise<Refusal | undefined> {
    if (this.isHeld()) {
      await this.world.sleep(WRITE_MS);
      return this.refuse("conflict");
    }
    const refusal = this.use(2);
    if (refusal) return refusal;
    this.heldUntil = this.world.now + TRANSACTION_MS;
    await this.world.sleep(TRANSACTION_MS);
    return undefined;
  }

  private isHeld(): boolean {
    return this.world.now < this.heldUntil;
  }

  private use(units: number): Refusal | undefined {
    if (!this.capacity.take(units)) return this.refuse("throttled");
    this.units += units;
    return undefined;
  }

  private refuse(refusal: Refusal): Refusal {
    this.refused += 1;
    return refusal;
  }
}
