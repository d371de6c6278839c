import { expect } from "chai";
import { codes } from "currency-codes";
import fc from "fast-check";
import { fromStripeAmount, stripeStep, toStripeAmount } from "../../../domain/stripe-amounts.ts";

describe("Stripe's amounts", () => {
  for (const [currency, minor, amount, why] of [
    ["USD", 10_997, 10_997, "cents"],
    ["JPY", 500, 500, "it has no decimal places"],
    ["ISK", 5, 500, "Stripe keeps two decimal places, always 00"],
    ["UGX", 5, 500, "Stripe keeps two decimal places, always 00"],
    ["MGA", 500, 5, "Stripe knows no decimal places"],
    ["MGA", 550, undefined, "Stripe knows no decimal places"],
    ["KWD", 5_120, 5_120, "the last digit is 0"],
    ["KWD", 5_124, undefined, "the last digit is not 0"],
  ] as const) {
    it(`are ${amount ?? "none"} for ${minor} minor units in ${currency}: ${why}`, () => {
      expect(toStripeAmount(minor, currency)).to.equal(amount);
      if (amount !== undefined) expect(fromStripeAmount(amount, currency)).to.equal(minor);
    });
  }

  it("are exact in every currency, both ways, for multiples of the step", () => {
    const steps = fc.integer({ min: 0, max: 999_999 });

    fc.assert(
      fc.property(fc.constantFrom(...codes()), steps, (currency, count) => {
        const minor = count * stripeStep(currency);
        const amount = toStripeAmount(minor, currency) ?? Number.NaN;

        expect(Number.isSafeInteger(amount)).to.equal(true);
        expect(fromStripeAmount(amount, currency)).to.equal(minor);
      }),
    );
  });
});
