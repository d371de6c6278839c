import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sum, sumBy } from "es-toolkit";
import { before, describe, it } from "mocha";
import { COUNTS, type Counts, type Happening } from "../../../tools/cost/counts.ts";
import { root } from "../../../tools/paths.ts";
import { useLocalStack } from "../../support/stack.ts";
import { Counted } from "./counted.ts";
import { durations } from "./durations.ts";

/** Calls of AWS that a function may make for one event. Fewer are better. */
const CALLS_TO_PLACE = 2;
/** Calls of AWS from the request to the last mail, for an order that goes through. */
const CALLS_OF_AN_ORDER = 24;
/** State transitions of such an order. */
const TRANSITIONS_OF_AN_ORDER = 5;

const isUpdate = process.env.UPDATE_COUNTS !== undefined;

describe("What happens asks of AWS", () => {
  const stack = useLocalStack();
  let counts: Record<Happening, Counts>;

  before("let everything happen", async function () {
    this.timeout(180_000);
    counts = await (await Counted.open(stack())).all();
    if (isUpdate) writeFileSync(join(root, "tools", "cost", "counts.json"), `${JSON.stringify(counts, null, 2)}\n`);
  });

  it("what tools/cost/counts.json says; ./orders recount writes it anew", () => {
    if (isUpdate) return;
    expect(counts).to.have.all.keys(COUNTS);
    for (const [happening, counted] of Object.entries(counts))
      expect(counted, happening).to.deep.equal(COUNTS[happening as Happening]);
  });

  it(`at most ${CALLS_TO_PLACE} calls to place an order`, () => {
    for (const [happening, { calls }] of Object.entries(counts)) {
      expect(total(calls["create-order"]), happening).to.be.at.most(CALLS_TO_PLACE);
    }
  });

  it(`at most ${CALLS_OF_AN_ORDER} calls for an order that goes through`, () => {
    const { calls } = counts.orderOf2Products;

    expect(sumBy(Object.values(calls), total)).to.be.at.most(CALLS_OF_AN_ORDER);
  });

  it(`at most ${TRANSITIONS_OF_AN_ORDER} state transitions for an order that goes through`, () => {
    expect(counts.orderOf2Products.transitions).to.be.at.most(TRANSITIONS_OF_AN_ORDER);
  });
});

describe("How long functions take", () => {
  before("look whether it is to be measured", function () {
    if (!isUpdate) this.skip();
  });
  const stack = useLocalStack();

  it("is measured for tools/cost/durations.json", async () => {
    const measured = await durations(stack());

    writeFileSync(join(root, "tools", "cost", "durations.json"), `${JSON.stringify(measured, null, 2)}\n`);
    for (const { invocations } of Object.values(COUNTS)) expect(measured).to.include.all.keys(Object.keys(invocations));
  }).timeout(180_000);
});

function total(calls: Record<string, number> = {}): number {
  return sum(Object.values(calls));
}
