import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { interleave } from "../../../load/bench/interleave.ts";
import { percentile, percentiles, ratioOfMedians } from "../../../load/statistics.ts";

const times = fc.array(fc.double({ min: 0.1, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("The bench's statistics", () => {
  it("takes percentiles by the nearest rank", () => {
    const values = [5, 1, 4, 2, 3];

    expect(percentiles(values)).to.deep.equal({ p50: 3, p95: 5, p99: 5 });
  });

  it("returns NaN without values", () => {
    expect(percentile([], 50)).to.be.NaN;
  });

  it("returns a percentile that is one of the values, with that share below it", () => {
    const percents = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(times, percents, (values, percent) => {
        const value = percentile(values, percent);

        expect(values).to.include(value);
        expect(values.filter((other) => other <= value).length).to.be.at.least((values.length * percent) / 100);
      }),
    );
  });

  it("finds the factor between two tasks despite the machine's fluctuations", () => {
    const factors = fc.double({ min: 0.2, max: 5, noNaN: true });
    fc.assert(
      fc.property(times, factors, (floor, factor) => {
        const values = floor.map((ms) => ms * factor);

        const { value, low, high } = ratioOfMedians(values, floor);

        for (const ratio of [value, low, high]) expect(ratio).to.be.closeTo(factor, factor * 1e-9);
      }),
      { numRuns: 20 },
    );
  });

  it("widens the interval as the values scatter more", () => {
    const floor = Array.from({ length: 40 }, () => 10);
    const calm = floor.map((_, index) => 20 + (index % 2));
    const wild = floor.map((_, index) => 20 + 20 * (index % 2));

    const [ofCalm, ofWild] = [ratioOfMedians(calm, floor), ratioOfMedians(wild, floor)];

    expect(ofWild.high - ofWild.low).to.be.above(ofCalm.high - ofCalm.low);
    for (const { value, low, high } of [ofCalm, ofWild]) {
      expect(low).to.be.at.most(value);
      expect(high).to.be.at.least(value);
    }
  });

  it("rejects unpaired values", () => {
    expect(() => ratioOfMedians([1, 2], [1])).to.throw("2 values and 1 of the floor");
    expect(() => ratioOfMedians([], [])).to.throw("Pairs are needed");
  });
});

describe("Interleaved tasks", () => {
  it("each run once per round, and the warm-up's values are dropped", async () => {
    const ran: string[] = [];
    const task = (name: string) => async () => ran.push(name);

    const values = await interleave({ a: task("a"), b: task("b") }, { rounds: 3, warmUp: 2 });

    for (let round = 0; round < 5; round++) {
      expect(ran.slice(2 * round, 2 * round + 2)).to.have.members(["a", "b"]);
    }
    // Each value is the number of tasks so far: those of the first two rounds are missing.
    expect([...values.a, ...values.b]).to.have.members([5, 6, 7, 8, 9, 10]);
    expect(values.a).to.have.lengthOf(3);
  });

  it("run in varying order", async () => {
    const first: string[] = [];
    let run = 0;
    const task = (name: string) => async () => {
      if (run++ % 2 === 0) first.push(name);
      return 0;
    };

    await interleave({ a: task("a"), b: task("b") }, { rounds: 100, warmUp: 0 });

    // The odds that one is never first are 1 to 2^99.
    expect(new Set(first)).to.have.lengthOf(2);
  });
});
