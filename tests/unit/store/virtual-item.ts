/** A clock that runs as fast as the work that waits for it. Times are in milliseconds. */
export class VirtualClock {
  now = 0;
  private readonly waiting: { at: number; wake: () => void }[] = [];

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      const at = this.now + ms;
      let low = 0;
      for (let high = this.waiting.length; low < high; ) {
        const middle = (low + high) >>> 1;
        if ((this.waiting[middle]?.at ?? 0) > at) low = middle + 1;
        else high = middle;
      }
      this.waiting.splice(low, 0, { at, wake });
    });
  }

  /** Lets time pass until all work is done. */
  async run(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const finish = () => {
      isDone = true;
    };
    work.then(finish, finish);
    while (!isDone) {
      const next = this.waiting.pop();
      if (next) {
        this.now = next.at;
        next.wake();
      }
      await new Promise(setImmediate);
    }
    await work;
  }
}

type Refusal = "conflict" | "throttled";

/**
 * What DynamoDB does with the writes of one item below 1 KB: 1,000 write units a second, of which it lends unused ones for a
 * second; and what overlaps a transaction is refused.
 */
export class VirtualItem {
  units = 0;
  private readonly clock: VirtualClock;
  private credit = CAPACITY;
  private creditAt = 0;
  private heldUntil = 0;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** A single write. @returns Why it was refused, if it was. */
  async write(): Promise<Refusal | undefined> {
    await this.clock.sleep(WRITE_MS);
    return this.isHeld() ? "conflict" : this.use(1);
  }

  /** A transaction, whose writes cost double. @returns Why it was cancelled, if it was. */
  async transact(): Promise<Refusal | undefined> {
    if (this.isHeld()) {
      await this.clock.sleep(WRITE_MS);
      return "conflict";
    }
    const refusal = this.use(2);
    if (refusal) return refusal;
    this.heldUntil = this.clock.now + TRANSACTION_MS;
    await this.clock.sleep(TRANSACTION_MS);
    return undefined;
  }

  private isHeld(): boolean {
    return this.clock.now < this.heldUntil;
  }

  private use(units: number): Refusal | undefined {
    this.credit = Math.min(CAPACITY, this.credit + ((this.clock.now - this.creditAt) * CAPACITY) / 1_000);
    this.creditAt = this.clock.now;
    if (this.credit < units) return "throttled";
    this.credit -= units;
    this.units += units;
    return undefined;
  }
}

/** Write units a second of a partition. Source: DynamoDB's developer guide, "Designing partition keys". */
const CAPACITY = 1_000;
/** DynamoDB answers a single write in a few milliseconds, a transaction in some 20. */
const WRITE_MS = 5;
const TRANSACTION_MS = 20;
