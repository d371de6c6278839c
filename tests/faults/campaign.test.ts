import { expect } from "chai";
import { describe, it } from "mocha";
import { useLocalStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { brokenInvariants } from "./invariants.ts";
import { createPlan, type Plan } from "./plan.ts";
import { Summary } from "./summary.ts";

/** Two short rounds of `./orders campaign` with fixed seeds. */
const SECONDS = 12;

for (const seed of [38, 2]) {
  describe(`Random orders under random faults, with seed ${seed}`, function () {
    this.slow(120_000);
    const plan = createPlan(seed, SECONDS);
    const stack = useLocalStack(plan.config, EMULATION);

    it("break no invariant", async () => {
      const round = await runRound(stack(), plan);

      expect(brokenInvariants(round.state)).to.deep.equal([]);
      console.log(new Summary(round).lines().join("\n"));
      expect(round.faults).to.include.keys(...commonFaults(plan));
    });
  });
}

/**
 * The faults that apply to at least a tenth of all functions' calls. A short round has too few calls for rarer faults, and
 * for those of a single function or operation, to be certain to occur.
 */
function commonFaults({ phases }: Plan): string[] {
  const rules = phases.flat();
  const isCommon = ({ percent = 100, handler, operation }: (typeof rules)[number]) =>
    percent >= 10 && handler === undefined && operation === undefined;
  return [...new Set(rules.filter(isCommon).map(({ fault }) => fault))];
}
