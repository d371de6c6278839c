import { expect } from "chai";
import { describe, it } from "mocha";
import { demandOf, LIMITS, ordersAt, PARTITION_UNITS, START_EXECUTION } from "../../../../tools/cost/limits.ts";
import { simulateQueue } from "../../../../tools/cost/simulation.ts";

describe("The limits", () => {
  it("come in the order in which they are reached", () => {
    const rates = LIMITS.map(ordersAt);

    expect(rates).to.deep.equal(rates.toSorted((a, b) => a - b));
    for (const rate of rates) expect(rate).to.be.above(0).and.below(Number.POSITIVE_INFINITY);
  });

  it("of an index are not reached with the shards that a demand requires", () => {
    const unitsPerOrder = LIMITS.find(({ name }) => name.startsWith("one shard of an index"))?.perOrder ?? Number.NaN;

    for (const rate of [1, 300, 10_000]) {
      expect(rate * unitsPerOrder).to.be.below(demandOf(rate).listShards * PARTITION_UNITS);
    }
  });
});

describe("The simulation", () => {
  it("starts workflows no faster than the quota allows", () => {
    const backlog = 10_000;
    const { longestWaitSeconds, deadLetters } = simulateQueue({ backlog, rate: 0, queueConcurrency: 2 });

    const { refillRate, bucketSize } = START_EXECUTION;
    expect(longestWaitSeconds).to.be.at.least((backlog - bucketSize) / refillRate);
    expect(deadLetters).to.equal(0);
  });

  it("moves messages that were throttled five times to the dead-letter queue", () => {
    const { deadLetters } = simulateQueue({ backlog: 1_000_000, rate: 0, queueConcurrency: 100 });

    expect(deadLetters).to.be.above(100_000);
  });
});
