import { expect } from "chai";
import { FAILURE_REASONS, reasonOf } from "../../../domain/failure-reasons.ts";

describe("The reason of a failed order", () => {
  it("is known for every error that can end the workflow's way forward", () => {
    const names = ["OutOfStock", "PaymentDeclined", "InsufficientFunds", "GatewayError", "States.Timeout", ""];

    expect(names.map(reasonOf)).to.deep.equal([...FAILURE_REASONS, "INTERNAL"]);
    expect(["toString", "constructor", "__proto__"].map(reasonOf)).to.deep.equal(Array(3).fill("INTERNAL"));
  });
});
