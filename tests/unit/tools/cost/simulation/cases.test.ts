import { expect } from "chai";
import { memoize } from "es-toolkit";
import { describe, it } from "mocha";
import { START_QUOTAS } from "../../../../../aws/executions.ts";
import {
  CASES,
  type Case,
  currentRules,
  playCase,
  playRush,
  RUSHES,
} from "../../../../../tools/cost/simulation/cases.ts";
import { RUSH_SECONDS, type Rush } from "../../../../../tools/cost/simulation/hot-product.ts";
import { percent, table } from "../../../../../tools/cost/simulation/text.ts";
import { checkShownOutput } from "../shown-output.ts";
import { rulesOfVersion01 } from "./version-0.1.ts";

const NOW = currentRules();
const VERSION_01 = rulesOfVersion01();

const played = memoize((load: Case) => playCase(NOW, load));

/** Models of AWS and of the payment provider, with the program's own numbers: nothing here shows it for real. */
describe("By simulation", () => {
  for (const load of CASES) {
    it(`no order fails: ${load.orders} ${load.name}`, async () => {
      const { failed, waits, deadLetters, refused } = await played(load);

      expect(failed).to.equal(0);
      expect(waits).to.have.length(load.orders);
      expect(deadLetters).to.equal(0);
      if (load.outage?.state !== "ChargePayment") expect(refused).to.equal(0);
    });
  }

  for (const rush of RUSHES) {
    it(`no order fails: ${rush.perSecond} a second for one product, of which ${percent(rush.undone)} are undone`, async () => {
      const { failed, waits } = await playRush(NOW, rush);

      expect(failed).to.equal(0);
      expect(waits).to.have.length(rush.perSecond * RUSH_SECONDS);
    });
  }

  it("orders that nobody can charge fail at their deadline", async () => {
    const patience = { ...NOW.patience, deadlineMs: 2 * 3_600_000 };
    const load = { orders: 10, provider: { chargeMs: 50 }, starts: START_QUOTAS.otherRegions };
    const outage = { state: "ChargePayment", seconds: 24 * 3_600 };

    const { failed, waits } = await playCase({ ...NOW, patience }, { ...load, outage });

    expect(failed).to.equal(10);
    expect(waits).to.deep.equal([]);
  });

  it("the table in docs/reliability.md says what comes of all this in version 0.1, and in this one", async () => {
    await checkShownOutput("reliability.md", compareWithVersion01, "version 0.1");
  });
});

async function compareWithVersion01(): Promise<string> {
  const header = ["case", "FAILED in 0.1", "FAILED now", "refused by the provider in 0.1", "now"];
  const rows: string[][] = [];
  for (const load of CASES) {
    const [before, now] = [await playCase(VERSION_01, load), await played(load)];
    const failed = [before, now].map((outcome) => percent(outcome.failed / load.orders));
    const refused = [before, now].map((outcome) => percent(outcome.refused / Math.max(outcome.requests, 1)));
    rows.push([`${load.orders.toLocaleString("en-US")} ${load.name}`, ...failed, ...refused]);
  }
  for (const rush of RUSHES) {
    const outcomes = [await playRush(VERSION_01, rush), await playRush(NOW, rush)];
    rows.push([
      nameOf(rush),
      ...outcomes.map(({ failed }) => percent(failed / (rush.perSecond * RUSH_SECONDS))),
      "",
      "",
    ]);
  }
  return table(header, rows);
}

function nameOf({ perSecond, undone }: Rush): string {
  return `${perSecond} a second for one product, of which ${percent(undone)} are undone`;
}
