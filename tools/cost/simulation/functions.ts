import { StateError } from "./execution.ts";

/** How many invocations may run at the same time. */
export interface Concurrency {
  limit: number;
  /** Whether that's for each function, as reserved concurrency is, or for all of them together. */
  of: "each" | "all";
}

const THROTTLED = new StateError("Lambda.TooManyRequestsException");

/** Lambda functions: what is more than may run at the same time is throttled. */
export class VirtualFunctions {
  private readonly concurrency: Concurrency;
  private readonly running = new Map<string, number>();

  constructor(concurrency: Concurrency) {
    this.concurrency = concurrency;
  }

  /** @throws StateError if the call is throttled, or whatever the work throws. */
  async invoke<T>(name: string, work: () => Promise<T>): Promise<T> {
    const pool = this.concurrency.of === "each" ? name : "all";
    const running = this.running.get(pool) ?? 0;
    if (running >= this.concurrency.limit) throw THROTTLED;
    this.running.set(pool, running + 1);
    try {
      return await work();
    } finally {
      this.running.set(pool, (this.running.get(pool) ?? 0) - 1);
    }
  }
}
