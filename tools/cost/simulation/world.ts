import FlatQueue from "flatqueue";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

/** A clock that runs as fast as the work that waits for it, and chance that repeats itself. Times are in milliseconds. */
export class VirtualWorld {
  now = 0;
  /** Returns numbers from 0 up to 1, like Math.random. */
  readonly random: () => number;
  private readonly waiting = new FlatQueue<() => void>();

  constructor(seed = 1) {
    const generator = mersenne(seed);
    this.random = () => uniformFloat64(generator);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.waiting.push(wake, this.now + ms));
  }

  /** Waits for the work, but no longer than that. @throws The error if it takes longer. */
  within<T>(ms: number, work: Promise<T>, error: Error): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => reject(error), this.now + ms);
      work.then(resolve, reject);
    });
  }

  /** Lets time pass until the work is done. @throws Error if nothing is left that it could wait for. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const finish = () => {
      isDone = true;
    };
    work.then(finish, finish);
    // From here on, everything runs as microtasks, after which Node.js calls what waits for the next tick.
    await new Promise(setImmediate);
    for (;;) {
      // Until everything that was woken waits again.
      await new Promise(process.nextTick);
      if (isDone) return work;
      const next = this.waiting.peekValue();
      if (next === undefined) throw new Error(`At ${this.now} ms, the simulated work waits for what never comes.`);
      this.now = next;
      while (this.waiting.peekValue() === next) this.waiting.pop()?.();
    }
  }
}
