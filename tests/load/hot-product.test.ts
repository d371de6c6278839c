import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { countBy } from "es-toolkit";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import type { Order } from "../../domain/order.ts";
import { seconds } from "../../load/figures.ts";
import { type ApiResponse, unlessBusy } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { type StoredItem, TestTable } from "../support/table.ts";

const ORDERS = 300;
const UNITS = 200;
const ORDERS_PER_SECOND = 50;
/** More would only wait for each other on one machine. */
const CONNECTIONS = 10;

describe("A rush for one product", () => {
  // More executions at once than one machine handles well: they meet at the product, and steps that fail have minutes, as on AWS.
  const stack = useLocalStack({}, { maxConcurrentExecutions: 12, waitScale: 1 });
  const body = orderBody({ items: [{ productId: "HOT", quantity: 1 }] });
  let responses: ApiResponse[];
  let items: StoredItem[];

  before("place more orders than there are units, and wait until none is open", async () => {
    const table = TestTable.of(stack());
    await stockCatalogue(stack().backOffice, [{ productId: "HOT", name: "Hot", price: 10, stock: UNITS }]);
    const place = async (index: number) => {
      await sleep(Math.max(0, start + (index * 1_000) / ORDERS_PER_SECOND - Date.now()));
      // A 503 is asked again, as clients do.
      const key = { "Idempotency-Key": `order-${index}` };
      const response = await unlessBusy(() => stack().storefront.post("/orders", body, key));
      expect(response.status).to.be.oneOf([201, 422]);
      return response;
    };
    const limit = pLimit(CONNECTIONS);
    const start = Date.now();
    responses = await Promise.all(Array.from({ length: ORDERS }, (_, index) => limit(() => place(index))));
    console.log(`    placed within ${seconds(Date.now() - start)}`);
    await eventually(async () => expect(await table.openOrders()).to.equal(0));
    items = await table.items();
  });

  it("sells every unit, and refuses whatever exceeds them", () => {
    const orders = items.filter(({ sk }) => sk === "ORDER") as unknown as Order[];
    const ends = countBy(orders, ({ status, failureReason }) => failureReason ?? status);
    const refused = responses.filter(({ body }) => body.type === "urn:orders:problem:out-of-stock").length;

    console.log(`    ${JSON.stringify(ends)}, ${refused} refused at once`);

    expect(ends.COMPLETED).to.equal(UNITS);
    expect((ends.OUT_OF_STOCK ?? 0) + refused).to.equal(ORDERS - UNITS);
  });

  it("leaves no stock, and sells no unit twice", () => {
    const product = items.find(({ pk }) => pk === "PRODUCTS");
    const reserved = items.filter(({ sk, status }) => sk === "RESERVATION" && status === "RESERVED");

    expect(product?.stock).to.equal(0);
    expect(reserved).to.have.lengthOf(UNITS);
  });

  it("says at once that it is sold out", async () => {
    const { status, body: problem } = await stack().storefront.post("/orders", body);

    expect([status, problem.errors]).to.deep.equal([
      422,
      [{ pointer: "/items/0/quantity", detail: "HOT is sold out." }],
    ]);
  });
});
