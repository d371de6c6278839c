import { expect } from "chai";
import fc from "fast-check";
import { fromMinor, isMoney, MAX_TOTAL, toMinor } from "../../../domain/money.ts";

const minor = fc.integer({ min: 0, max: toMinor(MAX_TOTAL) });

describe("Money", () => {
  it("survives conversion to dollars and back, exact to the cent", () => {
    fc.assert(fc.property(minor, (amount) => toMinor(fromMinor(amount)) === amount));
  });

  it("survives serialisation as JSON", () => {
    fc.assert(fc.property(minor, (amount) => toMinor(JSON.parse(JSON.stringify(fromMinor(amount)))) === amount));
  });

  it("parses decimal digits exactly", () => {
    const digits = fc.tuple(fc.integer({ min: 0, max: 49_999_999_499 }), fc.integer({ min: 0, max: 99 }));

    fc.assert(
      fc.property(digits, ([dollars, rest]) => {
        const amount = JSON.parse(`${dollars}.${String(rest).padStart(2, "0")}`);
        return isMoney(amount) && BigInt(toMinor(amount)) === BigInt(dollars) * 100n + BigInt(rest);
      }),
    );
  });

  it("rejects a third decimal place", () => {
    const mills = fc.integer({ min: 1, max: 999_999_999 }).filter((amount) => amount % 10 !== 0);

    fc.assert(fc.property(mills, (amount) => !isMoney(amount / 1_000)));
  });

  it("adds up without the rounding errors of decimal fractions", () => {
    const sum = toMinor(0.1) + toMinor(0.2);

    expect(fromMinor(sum)).to.equal(0.3);
    expect(isMoney(0.1 + 0.2), "0.30000000000000004").to.equal(false);
  });

  it("has no negative zero", () => {
    expect(Object.is(toMinor(-0), 0)).to.equal(true);
  });
});
