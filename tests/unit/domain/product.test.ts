import { expect } from "chai";
import type { Problem } from "../../../domain/problem.ts";
import {
  checkIfMatch,
  type Description,
  describe as described,
  etagOf,
  openingStock,
  patch,
} from "../../../domain/product.ts";

const MUG: Description = { name: "Mug", priceMinor: 800, description: "Holds tea.", image: "/mug.webp", active: true };

describe("A product's description", () => {
  it("is replaced as a whole, and active unless said otherwise", () => {
    expect(described({ name: "Mug", price: 8 }, "USD")).to.deep.equal({ name: "Mug", priceMinor: 800, active: true });
    expect(described({ name: "Mug", price: 8, active: false, image: "/mug.webp" }, "USD")).to.deep.equal({
      ...{ name: "Mug", priceMinor: 800, active: false, image: "/mug.webp" },
    });
  });

  it("is changed by a merge patch: null removes a field, and what is left out stays", () => {
    const { description: _, ...rest } = MUG;

    expect(patch(MUG, {}, "USD")).to.deep.equal(MUG);
    expect(patch(MUG, { description: null, price: 9.5, active: false }, "USD")).to.deep.equal({
      ...rest,
      priceMinor: 950,
      active: false,
    });
  });

  it("has an entity tag that only its content decides", () => {
    const reordered = Object.fromEntries(Object.entries(MUG).reverse()) as unknown as Description;

    expect(etagOf(reordered))
      .to.equal(etagOf(MUG))
      .and.to.match(/^"[0-9a-f]{32}"$/);
    for (const change of [{ price: 9 }, { image: null }, { description: null }, { active: false }, { name: "Cup" }])
      expect(etagOf(patch(MUG, change, "USD"))).to.not.equal(etagOf(MUG));
  });

  it("changes only if the precondition holds", () => {
    const refused = (ifMatch: string | undefined, current?: Description) => {
      try {
        checkIfMatch(ifMatch, current);
        return undefined;
      } catch (problem) {
        return (problem as Problem).status;
      }
    };

    for (const ifMatch of [undefined, "*", etagOf(MUG), `"x", ${etagOf(MUG)}`])
      expect(refused(ifMatch, MUG)).to.equal(undefined);
    for (const ifMatch of ['"x"', `W/${etagOf(MUG)}`, ""]) expect(refused(ifMatch, MUG)).to.equal(412);
    expect([refused("*"), refused(etagOf(MUG)), refused(undefined)]).to.deep.equal([412, 412, undefined]);
  });

  it("begins with stock, which is booked afterwards", () => {
    const put = { name: "Mug", price: 8 };

    expect(openingStock("MUG", { ...put, stock: 3 }, false)).to.deep.equal({
      count: 3,
      expected: 0,
      reason: "RECEIVED",
    });
    expect(openingStock("MUG", put, true)).to.equal(undefined);
    expect(() => openingStock("MUG", put, false)).to.throw("A new product needs a stock");
    expect(() => openingStock("MUG", { ...put, stock: 3 }, true)).to.throw("POST /products/MUG/stock");
  });
});
