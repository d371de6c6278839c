import { expect } from "chai";
import { failureReasonFor } from "../../../domain/failure-reasons.ts";

describe("The failure reason", () => {
  it("is a step's outcome that undoes an order, or what version 0.1's steps threw for it", () => {
    const reasons = ["OUT_OF_STOCK", "PAYMENT_DECLINED", "INSUFFICIENT_FUNDS"];

    expect([...reasons, "UNAVAILABLE"].map(failureReasonFor)).to.deep.equal([...reasons, "UNAVAILABLE"]);
    expect(["OutOfStock", "PaymentDeclined", "InsufficientFunds"].map(failureReasonFor)).to.deep.equal(reasons);
  });

  it("is never an infrastructure error, nor any other outcome", () => {
    const others = [
      "GatewayError",
      "Busy",
      "Fenced",
      "States.Timeout",
      "RESERVED",
      "STOPPED",
      "INTERNAL",
      "",
      undefined,
    ];

    expect([...others, "toString", "__proto__"].map(failureReasonFor)).to.deep.equal(Array(11).fill(undefined));
  });
});
