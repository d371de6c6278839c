import { expect } from "chai";
import { FAILURE_REASONS, failureReasonFor } from "../../../domain/failure-reasons.ts";

describe("The failure reason", () => {
  it("is known for every error that makes the workflow compensate", () => {
    const names = ["OutOfStock", "PaymentDeclined", "InsufficientFunds", "GatewayError", "States.Timeout", ""];

    expect(names.map(failureReasonFor)).to.deep.equal([...FAILURE_REASONS, "INTERNAL"]);
    expect(["toString", "constructor", "__proto__"].map(failureReasonFor)).to.deep.equal(Array(3).fill("INTERNAL"));
  });
});
