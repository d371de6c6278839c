import { expect } from "chai";
import { newBooking } from "../../../domain/new-booking.ts";
import { MAX_STOCK } from "../../../domain/stock.ts";

const ABOUT = { bookingId: "b", productId: "MUG", actor: "key:k", at: "2030-01-01T00:00:00.000Z" };

describe("A booking", () => {
  it("says what came or went, and what is there afterwards", () => {
    expect(newBooking(ABOUT, { delta: -2, reason: "DAMAGED", note: "Fell." }, 5)).to.deep.equal({
      ...ABOUT,
      ...{ delta: -2, onHand: 3, reason: "DAMAGED", note: "Fell." },
    });
  });

  it("of a count is the difference to what was expected, even if there is none", () => {
    expect(newBooking(ABOUT, { count: 7, expected: 5, reason: "COUNTED" }, 5)).to.include({ delta: 2, onHand: 7 });
    expect(newBooking(ABOUT, { count: 5, expected: 5, reason: "COUNTED" }, 5)).to.include({ delta: 0, onHand: 5 });
  });

  it("of what came, or of a count, is possible even where more was shipped than was known to be there", () => {
    expect(newBooking(ABOUT, { delta: 1, reason: "RECEIVED" }, -2)).to.include({ delta: 1, onHand: -1 });
    expect(newBooking(ABOUT, { count: 0, expected: -2, reason: "COUNTED" }, -2)).to.include({ delta: 2, onHand: 0 });
    expect(() => newBooking(ABOUT, { delta: -1, reason: "DAMAGED" }, -2)).to.throw(
      "There are -2 units on hand: 1 can't be taken away.",
    );
  });

  it("is refused if something else is there, or less than would go, or more than can be", () => {
    expect(() => newBooking(ABOUT, { count: 7, expected: 5, reason: "COUNTED" }, 1)).to.throw(
      "There is 1 unit on hand, not 5.",
    );
    expect(() => newBooking(ABOUT, { delta: -6, reason: "DAMAGED" }, 5)).to.throw(
      "5 units on hand: 6 can't be taken away.",
    );
    expect(() => newBooking(ABOUT, { delta: MAX_STOCK, reason: "RECEIVED" }, 1)).to.throw("would exceed 1000000000");
  });
});
