import { expect } from "chai";
import { data } from "currency-codes";
import fc from "fast-check";
import { decimalsOf, formatMoney, fromMinor, isMoney, MAX_TOTAL_MINOR, toMinor } from "../../../domain/money.ts";

const minor = fc.integer({ min: 0, max: MAX_TOTAL_MINOR });
const currency = fc.constantFrom("JPY", "USD", "KWD");

/** What ISO 4217 lists, but nobody pays with: metals, units of account, funds of four decimal places, codes for tests. */
const NOT_PAID_WITH = "CLF UYI UYW XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split(" ");
const PAID_WITH = data.filter(({ code }) => !NOT_PAID_WITH.includes(code));

describe("Money", () => {
  it("has the decimal places of ISO 4217, in every currency", () => {
    const wrong = PAID_WITH.filter(({ code, digits }) => decimalsOf(code) !== digits).map(({ code }) => code);

    expect(wrong).to.deep.equal([]);
    expect(PAID_WITH.length).to.be.greaterThan(150);
  });

  it("is written with these decimal places, in every currency", () => {
    const wrong = PAID_WITH.filter(({ code, digits }) => {
      const [, decimals = ""] = formatMoney(1_234.567, code).split(".");
      return decimals.length !== digits;
    });

    expect(wrong.map(({ code }) => code)).to.deep.equal([]);
    expect(["USD", "JPY", "KWD"].map((code) => formatMoney(fromMinor(10_997, code), code))).to.deep.equal([
      ...["$109.97", "¥10,997", "KWD\u00a010.997"],
    ]);
  });

  it("survives conversion to a decimal amount and back, exact to the minor unit", () => {
    fc.assert(fc.property(minor, currency, (amount, code) => toMinor(fromMinor(amount, code), code) === amount));
  });

  it("survives serialisation as JSON", () => {
    fc.assert(
      fc.property(minor, currency, (amount, code) => {
        return toMinor(JSON.parse(JSON.stringify(fromMinor(amount, code))), code) === amount;
      }),
    );
  });

  it("survives being written for people and read again", () => {
    fc.assert(
      fc.property(minor, currency, (amount, code) => {
        return Number(formatMoney(fromMinor(amount, code), code).replace(/[^\d.]/g, "")) === fromMinor(amount, code);
      }),
    );
  });

  it("parses decimal digits exactly", () => {
    const digits = fc.tuple(fc.integer({ min: 0, max: 4_999_999_949 }), fc.integer({ min: 0, max: 999 }));

    fc.assert(
      fc.property(digits, currency, ([whole, rest], code) => {
        const decimals = decimalsOf(code);
        const fraction = String(rest).padStart(3, "0").slice(0, decimals);
        const amount = JSON.parse(decimals === 0 ? `${whole}` : `${whole}.${fraction}`);
        return isMoney(amount, code) && String(toMinor(amount, code)) === `${BigInt(`${whole}${fraction}`)}`;
      }),
    );
  });

  it("rejects one decimal place more than the currency has", () => {
    const tenths = fc.integer({ min: 1, max: 999_999_999 }).filter((amount) => amount % 10 !== 0);

    fc.assert(fc.property(tenths, currency, (amount, code) => !isMoney(amount / 10 ** (decimalsOf(code) + 1), code)));
  });

  it("adds up without the rounding errors of decimal fractions", () => {
    const sum = toMinor(0.1, "USD") + toMinor(0.2, "USD");

    expect(fromMinor(sum, "USD")).to.equal(0.3);
    expect(isMoney(0.1 + 0.2, "USD"), "0.30000000000000004").to.equal(false);
  });

  it("has no negative zero", () => {
    expect(Object.is(toMinor(-0, "USD"), 0)).to.equal(true);
  });
});
