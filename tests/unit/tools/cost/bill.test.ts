import { expect } from "chai";
import { sumBy } from "es-toolkit";
import fc from "fast-check";
import { describe, it } from "mocha";
import { type BillOptions, billOf } from "../../../../tools/cost/bill.ts";
import { billText } from "../../../../tools/cost/bill-text.ts";
import { COUNTS, orderOf, total } from "../../../../tools/cost/counts.ts";
import { REGIONS } from "../../../../tools/cost/prices.ts";
import { parsed } from "../../../support/parsed.ts";
import { runCli } from "../../../support/run-cli.ts";

const BILL: BillOptions = {
  orders: 10_000,
  items: 2,
  region: "us-east-1",
  kms: false,
  waf: false,
};

const options = fc.record<BillOptions>({
  orders: fc.nat({ max: 100_000_000 }),
  items: fc.integer({ min: 1, max: 50 }),
  region: fc.constantFrom(...REGIONS),
  kms: fc.boolean(),
  waf: fc.boolean(),
});

describe("The bill", () => {
  it("is the sum of its lines, none of which is zero", () => {
    fc.assert(
      fc.property(options, (bill) => {
        const { usage, fixed, usageDollars, fixedDollars, totalDollars } = billOf(bill);

        const sum = sumBy([...usage, ...fixed], ({ dollars }) => dollars);
        expect(totalDollars).to.be.closeTo(sum, 1e-6);
        expect(totalDollars).to.be.closeTo(usageDollars + fixedDollars, 1e-6);
        for (const { dollars } of [...usage, ...fixed]) expect(dollars).to.be.above(0);
      }),
    );
  });

  it("has no usage without orders, and fixed costs that don't depend on them", () => {
    fc.assert(
      fc.property(options, (bill) => {
        const without = billOf({ ...bill, orders: 0 });

        expect(without.usage).to.deep.equal([]);
        expect(without.fixed).to.deep.equal(billOf(bill).fixed);
      }),
    );
  });

  it("never falls with more orders, or with more products", () => {
    fc.assert(
      fc.property(options, fc.nat(1_000_000), fc.nat(49), (bill, orders, items) => {
        const { totalDollars } = billOf(bill);

        expect(billOf({ ...bill, orders: bill.orders + orders }).totalDollars).to.be.at.least(totalDollars - 1e-6);
        const more = { ...bill, items: Math.min(50, bill.items + items) };
        expect(billOf(more).totalDollars).to.be.at.least(totalDollars - 1e-6);
      }),
    );
  });

  it("is higher with a customer managed key, and with a web ACL", () => {
    const { totalDollars } = billOf(BILL);

    expect(billOf({ ...BILL, kms: true }).totalDollars).to.be.above(totalDollars + 1);
    expect(billOf({ ...BILL, waf: true }).totalDollars).to.be.above(totalDollars + 9);
  });

  it("uses the counted orders, and interpolates between them", () => {
    expect(orderOf(2)).to.deep.equal(COUNTS.orderOf2Products);
    expect(orderOf(50)).to.deep.equal(COUNTS.orderOf50Products);
    const halfway = total([
      [COUNTS.orderOf2Products, 0.5],
      [COUNTS.orderOf10Products, 0.5],
    ]);
    expect(orderOf(6)).to.deep.equal(halfway);
  });

  it("stays below 6 dollars of usage for 10,000 orders", () => {
    expect(billOf(BILL).usageDollars).to.be.below(6);
  });

  it("shows what it is for, and the price of each option", () => {
    const text = billText({ ...BILL, orders: 1, items: 1, waf: true });

    expect(text).to.match(/^1 order a month of 1 product, behind a web ACL, us-east-1, prices of \d{4}-\d{2}\n/);
    expect(text).to.match(/\nTotal a month +\$[\d.]+\n/);
    expect(text).to.match(/\nWithout a web ACL \(WAF\) +−\$9.00\n/);
  });
});

describe("The options of ./orders cost", () => {
  it("have defaults", async () => {
    expect((await parsed("cost")).options).to.deep.equal(BILL);
  });

  for (const [args, sentence] of [
    [["--orders", "1.5"], "'1.5' is invalid. It must be a whole number from 0 to 1000000000000."],
    [["--orders", "1", "--items", "51"], "'51' is invalid. It must be a whole number from 1 to 50."],
    [["--orders", "1", "--region", "mars"], "'mars' is invalid. Allowed choices are us-east-1, eu-west-1."],
  ] as [string[], string][]) {
    it(`are rejected with a sentence: ${args.join(" ")}`, async () => {
      const { errors, exitCode } = await runCli(["cost", ...args]);

      expect(errors).to.include(sentence);
      expect(exitCode).to.equal(2);
    });
  }

  it("give the bill, as a document where it is for a script", async () => {
    const { output, exitCode } = await runCli(["cost", "--json"]);

    expect(exitCode).to.equal(0);
    expect(JSON.parse(output)).to.deep.equal({ ...BILL, ...billOf(BILL) });
  });
});
