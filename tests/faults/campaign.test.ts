import { expect } from "chai";
import { describe, it } from "mocha";
import { useLocalStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { brokenPromises } from "./oracle.ts";
import { planOf } from "./plan.ts";

/** Two short rounds of `npm run test:faults`, always the same ones: a STANDARD and an EXPRESS workflow. */
const SECONDS = 12;

for (const seed of [29, 2]) {
  describe(`Random orders under random faults, with seed ${seed}`, function () {
    this.timeout(400_000);
    this.slow(120_000);
    const plan = planOf(seed, SECONDS);
    const stack = useLocalStack(plan.config, EMULATION);

    it("keep every promise", async () => {
      const round = await runRound(stack(), plan);

      expect(brokenPromises(round.books)).to.deep.equal([]);
      console.log(new Figures(round).lines().join("\n"));
      expect(
        Object.values(round.faults).reduce((sum, count) => sum + count, 0),
        "faults",
      ).to.be.above(0);
    });
  });
}
