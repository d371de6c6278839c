import { expect } from "chai";
import { describe, it } from "mocha";
import {
  CASES,
  type Case,
  currentRules,
  playCase,
  playRush,
  RUSHES,
} from "../../../../../tools/cost/simulation/cases.ts";
import type { Rush } from "../../../../../tools/cost/simulation/hot-product.ts";
import { RUSH_SECONDS } from "../../../../../tools/cost/simulation/hot-product.ts";
import { percent, table } from "../../../../../tools/cost/simulation/text.ts";
import { checkShownOutput } from "../shown-output.ts";
import { rulesOfVersion01 } from "./version-0.1.ts";

const NOW = currentRules();
const BEFORE = rulesOfVersion01();

/** Models of AWS and of the payment provider, with the program's own numbers: nothing here shows it for real. */
describe("By simulation", () => {
  for (const load of CASES) {
    it(`no order fails: ${load.orders} ${load.name}`, async () => {
      const { failed, waits, deadLetters } = await playCase(NOW, load);

      expect(failed).to.equal(0);
      expect(waits).to.have.length(load.orders);
      expect(deadLetters).to.equal(0);
    });
  }

  for (const rush of RUSHES) {
    it(`no order fails: ${rush.perSecond} a second for one product, of which ${percent(rush.undone)} are undone`, async () => {
      const { failed, waits } = await playRush(NOW, rush);

      expect(failed).to.equal(0);
      expect(waits).to.have.length(rush.perSecond * RUSH_SECONDS);
    });
  }

  it("payments never exceed their rate, so that a provider that accepts as much refuses nothing", async () => {
    const provider = { chargeMs: 50, perSecond: Number(NOW.paymentRatePerSecond) };

    const { refused } = await playCase(NOW, { ...(CASES[1] as Case), orders: 1_000, provider });

    expect(refused).to.equal(0);
  });

  it("orders that nobody can charge fail at their deadline, and not before", async () => {
    const patience = { ...NOW.patience, deadlineMs: 2 * 3_600_000 };
    const outage = { state: "ChargePayment", seconds: 24 * 3_600 };

    const { failed, waits } = await playCase({ ...NOW, patience }, { ...(CASES[1] as Case), orders: 10, outage });

    expect(failed).to.equal(10);
    expect(waits).to.deep.equal([]);
  });

  it("the tables in docs/reliability.md say what comes of all this in version 0.1, and in this one", async () => {
    await checkShownOutput("reliability.md", compareWithVersion01, "version 0.1");
  });
});

async function compareWithVersion01(): Promise<string> {
  const header = ["case", "FAILED in 0.1", "FAILED now", "refused by the provider in 0.1", "now"];
  const rows: string[][] = [];
  for (const load of CASES) {
    const [before, now] = [await playCase(BEFORE, load), await playCase(NOW, load)];
    const failed = [before, now].map((outcome) => percent(outcome.failed / load.orders));
    const refused = [before, now].map((outcome) => percent(outcome.refused / Math.max(outcome.requests, 1)));
    rows.push([`${load.orders.toLocaleString("en-US")} ${load.name}`, ...failed, ...refused]);
  }
  for (const rush of RUSHES) {
    const outcomes = [await playRush(BEFORE, rush), await playRush(NOW, rush)];
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
