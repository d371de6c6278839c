import { expect } from "chai";
import { overwrittenQuestion, stockCheckText } from "../../../../cli/output/stock-check-text.ts";
import type { StockDifference } from "../../../../store/stock-check.ts";

const RIGHT = { products: 3, differences: [], busy: [], oversold: [], missing: [] };
const DIFFERENCE: StockDifference = {
  productId: "MUG",
  stored: { stock: 9, onHand: 14 },
  expected: { stock: 10, onHand: 14 },
  lostHolds: [],
  unbooked: 0,
  movements: 1,
};
const OVERWRITTEN: StockDifference = { ...DIFFERENCE, productId: "CUP", stored: { stock: 110, onHand: 14 } };

describe("The text of a stock check", () => {
  it("counts only products of which it can tell, and says how to tell of the others", () => {
    expect(stockCheckText(RIGHT)).to.deep.equal(["Bookings and orders explain the stock of 3 products."]);
    expect(stockCheckText({ ...RIGHT, busy: ["MUG"] })).to.deep.equal([
      "Too busy to tell: MUG. Try again, or deactivate it meanwhile: nobody can order it then.",
      "Bookings and orders explain the stock of 2 products.",
    ]);
  });

  it("names what is oversold, unless that was handled, and what is not in the catalogue", () => {
    const check = { ...RIGHT, oversold: ["MUG"], missing: ["CUP", "JUG"] };
    const missing = "Booked or ordered, but not in the catalogue: CUP, JUG. Restore it.";

    expect(stockCheckText(check).slice(0, 2)).to.deep.equal([
      missing,
      "More is sold than there is: MUG. With --fix, orders that go short get the attention SHORT.",
    ]);
    expect(stockCheckText(check, { corrected: [], short: [] }).slice(0, -1)).to.deep.equal([missing]);
  });

  it("says what differs, and what to book again of what version 0.1 seems to have set", () => {
    const [mug, cup, summary] = stockCheckText({ ...RIGHT, differences: [DIFFERENCE, OVERWRITTEN] });

    expect(mug).to.equal("MUG: 9 available, 14 on hand; bookings and orders say 10 available, 14 on hand, 4 reserved.");
    expect(cup).to.match(/^CUP: 110 available, 14 on hand; .* Set by version 0.1\?$/);
    expect(summary).to.equal("2 products of 3 differ. Add --fix to correct the stock.");
    expect(overwrittenQuestion([OVERWRITTEN])).to.include("in units: CUP 100.");
  });
});
