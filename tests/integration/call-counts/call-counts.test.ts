import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sum, sumBy } from "es-toolkit";
import { before, describe, it } from "mocha";
import { COUNTS, type Counts, type Scenario } from "../../../tools/cost/counts.ts";
import { root } from "../../../tools/paths.ts";
import { useLocalStack } from "../../support/stack.ts";
import { durations } from "./durations.ts";
import { Scenarios } from "./scenarios.ts";

/** AWS calls of `create-order` for one request. */
const MAX_CALLS_TO_PLACE = 2;
/** AWS calls of all functions for a successful order, from the request to the last email. One of them answers the workflow. */
const MAX_CALLS_OF_AN_ORDER = 27;
/** State transitions of a successful order. */
const MAX_TRANSITIONS_OF_AN_ORDER = 7;

const isUpdate = process.env.UPDATE_COUNTS !== undefined;

describe("The AWS usage of each scenario", () => {
  const stack = useLocalStack({ smsCountries: '["US"]' });
  let counts: Record<Scenario, Counts>;

  before("measure all scenarios", async () => {
    counts = await (await Scenarios.open(stack())).measureAll();
    if (isUpdate) writeFileSync(join(root, "tools", "cost", "counts.json"), `${JSON.stringify(counts, null, 2)}\n`);
  });

  it("matches tools/cost/counts.json; ./orders recount updates it", () => {
    if (isUpdate) return;
    expect(counts).to.have.all.keys(COUNTS);
    for (const [operation, measured] of Object.entries(counts))
      expect(measured, operation).to.deep.equal(COUNTS[operation as Scenario]);
  });

  it(`is at most ${MAX_CALLS_TO_PLACE} calls to place an order`, () => {
    for (const [operation, { calls }] of Object.entries(counts)) {
      expect(total(calls["create-order"]), operation).to.be.at.most(MAX_CALLS_TO_PLACE);
    }
  });

  it(`is at most ${MAX_CALLS_OF_AN_ORDER} calls for a successful order`, () => {
    const { calls } = counts.orderOf2Products;

    expect(sumBy(Object.values(calls), total)).to.be.at.most(MAX_CALLS_OF_AN_ORDER);
  });

  it(`is at most ${MAX_TRANSITIONS_OF_AN_ORDER} state transitions for a successful order`, () => {
    expect(counts.orderOf2Products.transitions).to.be.at.most(MAX_TRANSITIONS_OF_AN_ORDER);
  });
});

describe("The duration of each function", () => {
  before("skip unless updating", function () {
    if (!isUpdate) this.skip();
  });
  const stack = useLocalStack({ smsCountries: '["US"]' });

  it("is measured for tools/cost/durations.json", async () => {
    const measured = await durations(stack());

    writeFileSync(join(root, "tools", "cost", "durations.json"), `${JSON.stringify(measured, null, 2)}\n`);
    for (const { invocations } of Object.values(COUNTS)) expect(measured).to.include.all.keys(Object.keys(invocations));
  });
});

function total(calls: Record<string, number> = {}): number {
  return sum(Object.values(calls));
}
