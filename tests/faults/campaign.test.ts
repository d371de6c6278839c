import { expect } from "chai";
import { describe, it } from "mocha";
import { useLocalStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { brokenPromises } from "./oracle.ts";
import { type Plan, planOf } from "./plan.ts";

/** Two short rounds of `./orders campaign`, always the same ones. */
const SECONDS = 12;

for (const seed of [34, 2]) {
  describe(`Random orders under random faults, with seed ${seed}`, function () {
    this.timeout(400_000);
    this.slow(120_000);
    const plan = planOf(seed, SECONDS);
    const stack = useLocalStack(plan.config, EMULATION);

    it("keep every promise", async () => {
      const round = await runRound(stack(), plan);

      expect(brokenPromises(round.books)).to.deep.equal([]);
      console.log(new Figures(round).lines().join("\n"));
      expect(round.faults).to.include.keys(...commonFaults(plan));
    });
  });
}

/**
 * The kinds of fault that strike a tenth of all functions' calls, or more. So short a round has too few calls for rarer
 * ones, and for those of one function or operation, to strike for certain.
 */
function commonFaults({ weather }: Plan): string[] {
  const rules = weather.flat();
  const isCommon = ({ percent = 100, handler, operation }: (typeof rules)[number]) =>
    percent >= 10 && handler === undefined && operation === undefined;
  return [...new Set(rules.filter(isCommon).map(({ fault }) => fault))];
}
