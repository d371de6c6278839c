import { expect } from "chai";
import { describe, it } from "mocha";
import { demandOf, LIMITS, ordersAt, PARTITION_UNITS } from "../../../../tools/cost/limits.ts";

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
