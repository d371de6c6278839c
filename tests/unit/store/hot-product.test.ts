import { expect } from "chai";
import { percentile } from "../../../load/statistics.ts";
import { SETTLE_EVERY } from "../../../store/holds.ts";
import { backoffMs, MAX_ATTEMPTS } from "../../../store/transactions.ts";
import { VirtualClock, VirtualItem } from "./virtual-item.ts";

/** As few attempts of a step as version 0.1 made, after up to 1, 2 and 4 seconds: today's workflow makes more. */
const STEP_ATTEMPTS = 4;
/** The SDK's attempts at what is throttled, up to 1 and 2 seconds apart. */
const SDK_ATTEMPTS = 3;
const SECONDS = 20;

/** A model of DynamoDB, with the program's own numbers: nothing here shows it for real. */
describe("Orders for one product, by model", () => {
  it("failed when each reserved in a transaction", async () => {
    const { failed } = await rush(100, (item, clock) => inTransaction(item, clock, 5));

    console.log(`      ${Math.round(failed * 100)} % failed`);
    expect(failed).to.be.above(0.2);
  });

  for (const { rate, released } of [
    { rate: 100, released: 0.1 },
    { rate: 500, released: 0 },
    { rate: 500, released: 0.02 },
  ]) {
    it(`all reserve at ${rate} a second, of which ${released * 100} % are undone`, async () => {
      const { failed, waits, unitsPerSecond } = await rush(rate, byHold, released);

      const [p50, p99] = [50, 99].map((share) => Math.round(percentile(waits, share)));
      console.log(`      p50 ${p50} ms, p99 ${p99} ms, ${Math.round(unitsPerSecond)} write units a second`);
      expect(failed).to.equal(0);
    });
  }
});

type Attempt = (item: VirtualItem, clock: VirtualClock, takes: { count: number }) => Promise<boolean>;

/**
 * Orders at random times, whose steps reserve, and a share of which is released a second later.
 *
 * @returns The share of orders of which a step failed for good, and how long the others waited.
 */
async function rush(rate: number, reserve: Attempt, released = 0) {
  const clock = new VirtualClock();
  const item = new VirtualItem(clock);
  const takes = { count: 0 };
  const waits: number[] = [];
  let failed = 0;
  const order = async () => {
    await clock.sleep(Math.random() * SECONDS * 1_000);
    const start = clock.now;
    if (!(await inSteps(clock, () => reserve(item, clock, takes)))) failed++;
    waits.push(clock.now - start);
    if (Math.random() >= released) return;
    await clock.sleep(1_000);
    if (!(await inSteps(clock, () => inTransaction(item, clock, MAX_ATTEMPTS)))) failed++;
  };
  await clock.run(Promise.all(Array.from({ length: rate * SECONDS }, order)));
  return { failed: failed / (rate * SECONDS), waits, unitsPerSecond: (item.units / clock.now) * 1_000 };
}

/** Repeats a step as the workflow does. */
async function inSteps(clock: VirtualClock, attempt: () => Promise<boolean>): Promise<boolean> {
  for (let count = 1; count <= STEP_ATTEMPTS; count++) {
    if (await attempt()) return true;
    await clock.sleep(Math.random() * 1_000 * 2 ** (count - 1));
  }
  return false;
}

/** What `transact` does. */
async function inTransaction(item: VirtualItem, clock: VirtualClock, maxAttempts: number): Promise<boolean> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    if (!(await item.transact())) return true;
    await clock.sleep(backoffMs(attempt));
  }
  return false;
}

/** What `holdUnits` and, once in a while, `settle` do. */
async function byHold(item: VirtualItem, clock: VirtualClock, takes: { count: number }): Promise<boolean> {
  if (!(await write(item, clock))) return false;
  takes.count++;
  return takes.count % SETTLE_EVERY !== 0 || write(item, clock);
}

/** A single write as the client of `store/client.ts` sends it. */
async function write(item: VirtualItem, clock: VirtualClock): Promise<boolean> {
  let throttled = 0;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; ) {
    const refusal = await item.write();
    if (!refusal) return true;
    if (refusal === "conflict") await clock.sleep(backoffMs(attempt++));
    else if (++throttled === SDK_ATTEMPTS) return false;
    else await clock.sleep(Math.random() * 1_000 * 2 ** (throttled - 1));
  }
  return false;
}
