import { expect } from "chai";
import { describe, it } from "mocha";
import { OrderStore } from "../../components/order-store.ts";
import { register } from "../support/mocks.ts";

describe("OrderStore", () => {
  it("is one table, on demand, with stream, expiry, backups and encryption", async () => {
    const resources = await register(() => new OrderStore("orders", { tags: { stage: "test" } }));

    const table = resources.find(({ type }) => type === "aws:dynamodb/table:Table");
    expect(table?.name).to.equal("orders-table");
    expect(table?.path).to.deep.equal(["orders:index:OrderStore", "aws:dynamodb/table:Table"]);
    expect(table?.inputs).to.deep.include({
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      ttl: { enabled: true, attributeName: "expiresAt" },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: false,
      tags: { stage: "test" },
    });
  });
});
