import { expect } from "chai";
import { gateways } from "../../../../handlers/lib/gateways.ts";

describe("The gateways of a function", () => {
  const { PAYMENT_GATEWAY = "" } = process.env;

  after(() => {
    process.env.PAYMENT_GATEWAY = PAYMENT_GATEWAY;
  });

  it("are the two that there are", () => {
    process.env.PAYMENT_GATEWAY = "paypal";

    expect(() => gateways.nameFor(undefined)).to.throw("PAYMENT_GATEWAY must be simulated or stripe, but is paypal.");
  });
});
