import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { OrderStore } from "../../components/order-store.ts";
import { register } from "../support/mocks.ts";

describe("OrderStore", () => {
  it("is one on-demand table with stream, expiry, backups and encryption", async () => {
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

  for (const deletionProtection of [true, false]) {
    it(`${deletionProtection ? "protects" : "doesn't protect"} its table from deletion, by DynamoDB and by Pulumi`, async () => {
      const options: pulumi.ResourceOptions[] = [];
      const recordOptions: pulumi.ResourceTransformation = ({ type, opts }) => {
        if (type === "aws:dynamodb/table:Table") options.push(opts);
        return undefined;
      };

      const resources = await register(
        () => new OrderStore("orders", { deletionProtection }, { transformations: [recordOptions] }),
      );

      const table = resources.find(({ name }) => name === "orders-table");
      expect(table?.inputs).to.include({ deletionProtectionEnabled: deletionProtection });
      expect(options.map(({ protect, retainOnDelete }) => ({ protect, retainOnDelete }))).to.deep.equal([
        { protect: deletionProtection, retainOnDelete: deletionProtection },
      ]);
    });
  }
});
