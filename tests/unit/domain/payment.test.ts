import { expect } from "chai";
import { gatewayOf } from "../../../domain/payment.ts";

describe("The gateway of a payment", () => {
  it("is the recorded one, or the one that its id looks like", () => {
    const records = [
      { gateway: "simulated", providerId: "pi_1" },
      { gateway: "stripe" },
      { providerId: "pi_3Mtw" },
      { providerId: "0192c1a0-0000-7000-8000-000000000001" },
      {},
    ] as const;

    expect(records.map(gatewayOf)).to.deep.equal(["simulated", "stripe", "stripe", "simulated", undefined]);
  });
});
