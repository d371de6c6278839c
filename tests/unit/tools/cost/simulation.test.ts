import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { demandOf, LIMITS, ordersAt, PARTITION_UNITS, STARTS } from "../../../../tools/cost/limits.ts";
import { seeded, simulateQueue, simulateShards } from "../../../../tools/cost/simulation.ts";

describe("The limits", () => {
  it("come in the order in which they are met, and each can be", () => {
    const rates = LIMITS.map(ordersAt);

    expect(rates).to.deep.equal(rates.toSorted((a, b) => a - b));
    for (const rate of rates) expect(rate).to.be.above(0).and.below(Number.POSITIVE_INFINITY);
  });

  it("leave what a demand asks for within them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (rate) => {
        const { listShards } = demandOf(rate);

        const { refused } = simulateShards(rate, listShards, 3, seeded(rate));
        expect(refused).to.be.below(0.01);
      }),
      { numRuns: 20 },
    );
  });
});

describe("The simulation", () => {
  it("is the same for the same seed", () => {
    expect(simulateShards(500, 4, 3, seeded(7))).to.deep.equal(simulateShards(500, 4, 3, seeded(7)));
    const numbers = Array.from({ length: 1_000 }, seeded(7));
    expect(numbers.every((number) => number >= 0 && number < 1)).to.equal(true);
    expect(new Set(numbers).size).to.equal(1_000);
  });

  it("refuses on one shard what is beyond its units", () => {
    const { refused } = simulateShards(2 * PARTITION_UNITS, 1, 1, seeded(1));

    expect(refused).to.be.closeTo(0.5, 0.01);
  });

  it("starts workflows no faster than they may be started", () => {
    const backlog = 10_000;
    const { longestWait, dead } = simulateQueue({ backlog, rate: 0, queueConcurrency: 2 });

    const { rate, bucket } = STARTS;
    expect(longestWait).to.be.at.least((backlog - bucket) / rate);
    expect(dead).to.equal(0);
  });

  it("gives messages up that were refused five times", () => {
    const { dead } = simulateQueue({ backlog: 1_000_000, rate: 0, queueConcurrency: 100 });

    expect(dead).to.be.above(100_000);
  });
});
