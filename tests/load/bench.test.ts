import { expect } from "chai";
import { before, describe, it } from "mocha";
import { PARTS } from "../../load/bench/part-names.ts";
import { newResults, type Results } from "../../load/bench/results.ts";
import { runBench } from "../../load/bench/run.ts";
import { tablesOf } from "../../load/bench/tables.ts";
import { target } from "../support/stack.ts";

/** Not what it measures, on a machine that runs tests, but that it measures all it should. */
describe("A quick run of the bench", () => {
  let results: Results;

  before("measure every part a little", async function () {
    if (target === "aws") this.skip();
    results = JSON.parse(JSON.stringify(await runBench({ isQuick: true, signal: new AbortController().signal })));
  });

  it("has every part, and says when, where and with what it was measured", () => {
    expect(results).to.have.all.keys(...PARTS, ...Object.keys(newResults(true)));
    expect(Object.values(results.versions).join()).to.match(/^[\d.]+(,[\d.]+)+$/);
  });

  it("has a figure for everything it measured, and none that can't be", () => {
    const figures = numbersIn(results);

    expect(figures).to.have.lengthOf.above(100);
    for (const figure of figures) expect(figure).to.be.a("number").that.is.above(0);
  });

  it("compares the requests with the floor, much in the table with little, and handlers with functions that only have their clients", () => {
    expect(results.latency?.requests.map(({ name }) => name)).to.have.members([
      "floor",
      "floor of a list",
      "POST /orders",
      "GET /orders/{orderId}",
      "GET /orders, page 1",
      "GET /orders, page 20",
      "GET /products",
    ]);
    expect(results.scale?.requests).to.have.lengthOf(9);
    expect(results.coldStart?.handlers.map(({ name }) => name)).to.include.members(["create-order", "sweep-orders"]);
    expect(results.coldStart?.floors.map(({ clients }) => clients)).to.include.members(["dynamodb", "dynamodb+sfn"]);
    expect(results.deployment?.steps.map(({ name }) => name)).to.include.members(["up", "unchanged up", "destroy"]);
  });

  it("can be shown", () => {
    expect(tablesOf(results).map(({ id }) => id)).to.have.members(["run", ...PARTS, "budgets"]);
  });
});

/** All numbers; null is what JSON makes of one that is none. */
function numbersIn(value: unknown): unknown[] {
  if (typeof value === "number" || value === null) return [value];
  return typeof value === "object" ? Object.values(value as object).flatMap(numbersIn) : [];
}
