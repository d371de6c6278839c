import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { LAPTOP_STAND, stockCatalogue } from "../support/orders.ts";
import { deadLetters } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { schemathesis } from "./schemathesis.ts";

const VOLUME = { examples: Number(process.env.FUZZ_EXAMPLES ?? 5), seed: Number(process.env.FUZZ_SEED ?? 1) };

describe(`Schemathesis, with up to ${VOLUME.examples} examples per operation and seed ${VOLUME.seed},`, () => {
  const stack = useLocalStack();
  before("stock two products", () =>
    stockCatalogue(
      stack().backOffice,
      ["PROD-001", "PROD-002"].map((productId) => ({ ...LAPTOP_STAND, productId, stock: 1_000_000_000 })),
    ),
  );

  it("finds no deviation from the contracts", async () => {
    const { storefront, backOffice } = stack();

    const [atStorefront, atBackOffice] = await Promise.all([
      schemathesis("storefront", storefront, VOLUME),
      schemathesis("backoffice", backOffice, VOLUME),
    ]);

    for (const summary of [atStorefront, atBackOffice]) {
      const [, generated = "", passed] = /(\d+) generated, (\d+) passed/.exec(summary) ?? [];
      expect(Number(generated)).to.be.at.least(100);
      expect(passed).to.equal(generated);
      if (process.env.FUZZ_EXAMPLES) console.log(summary);
    }
  });

  it("leaves no open orders and no dead letters", async () => {
    const table = TestTable.of(stack());

    await eventually(async () => expect(await table.openOrders()).to.equal(0));

    const orders = (await table.items()).filter(({ sk }) => sk === "ORDER");
    expect(orders).to.not.be.empty;
    expect(await deadLetters(stack())).to.deep.equal([]);
  });
});
