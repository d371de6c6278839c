import { expect } from "chai";
import { checkStock, unitsByProduct } from "../../../domain/availability.ts";
import { Problem } from "../../../domain/problem.ts";

const CATALOGUE = new Map([
  ["MUG", { stock: 3 }],
  ["LAST", { stock: 1 }],
  ["SOLD-OUT", { stock: 0 }],
]);

describe("The stock of an order", () => {
  /** Orders units of products, one line each. */
  const lines = (...items: [string, number][]) => items.map(([productId, quantity]) => ({ productId, quantity }));

  function problemOf(work: () => void): Problem {
    try {
      work();
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error("The stock suffices.");
  }

  it("suffices for all that there is", () => {
    checkStock(lines(["MUG", 2], ["LAST", 1], ["MUG", 1]), CATALOGUE);
  });

  it("is named for each line that exceeds it", () => {
    const items = lines(["MUG", 4], ["LAST", 2], ["SOLD-OUT", 1]);

    const { problem, status, errors } = problemOf(() => checkStock(items, CATALOGUE));

    expect([problem, status]).to.deep.equal(["out-of-stock", 422]);
    expect(errors).to.deep.equal([
      { pointer: "/items/0/quantity", detail: "There are only 3 units of MUG." },
      { pointer: "/items/1/quantity", detail: "There is only 1 unit of LAST." },
      { pointer: "/items/2/quantity", detail: "SOLD-OUT is sold out." },
    ]);
  });

  it("is shared by all lines of a product", () => {
    const items = lines(["MUG", 2], ["LAST", 1], ["MUG", 2]);

    const { errors } = problemOf(() => checkStock(items, CATALOGUE));

    expect(errors.map(({ pointer }) => pointer)).to.deep.equal(["/items/2/quantity"]);
    expect([...unitsByProduct(items)]).to.deep.equal([
      ["MUG", 4],
      ["LAST", 1],
    ]);
  });
});
