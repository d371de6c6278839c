import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Answer } from "../support/api-client.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useSharedStack, useStack } from "../support/stack.ts";

describe("GET /orders/{orderId}", () => {
  const stack = useSharedStack();
  const person = {
    customerId: "CUST-1",
    customerName: "Ada Lovelace",
    customerPhone: "+442071234567",
    shippingAddress: { street: "12 St James's Sq", city: "London", state: "LDN", zipCode: "SW1Y", country: "GBR" },
  };
  before(() => stockCatalogue(stack().backOffice));

  it("shows the back office the whole order", async () => {
    const orderId = await placeOrder(stack().storefront, person);

    const { status, body } = await stack().backOffice.get(`/orders/${orderId}`);

    expect(status).to.equal(200);
    expect(body).to.deep.include({ ...person, orderId, customerEmail: "ada@example.com", currency: "USD" });
    expect(body).to.include({ status: "PENDING", totalAmount: 29.99, updatedAt: body.createdAt });
    expect(body.items).to.deep.equal([{ productId: "PROD-001", name: "Laptop stand", quantity: 1, price: 29.99 }]);
    expect(body.history).to.deep.equal([{ status: "PENDING", at: body.createdAt }]);
  });

  it("shows the storefront neither email nor phone nor address", async () => {
    const orderId = await placeOrder(stack().storefront, person);

    const { status, body } = await stack().storefront.get(`/orders/${orderId}`);

    expect(status).to.equal(200);
    expect(body).to.include({ orderId, status: "PENDING", totalAmount: 29.99 });
    expect(body).to.not.have.any.keys("customerEmail", "customerPhone", "shippingAddress", "customerName", "version");
  });

  for (const id of [randomUUID(), "019a0000-0000-7000-8000-000000000000", "nonsense", "%00", "..%2Fproducts"]) {
    it(`answers 404 for ${id}`, async () => {
      const answer = await stack().storefront.get(`/orders/${id}`);

      expect(answer.status).to.equal(404);
      expect(answer.headers.get("content-type")).to.match(/^application\/problem\+json/);
    });
  }
});

describe("GET /orders", () => {
  const stack = useStack({ listShards: "3" });
  before(() => stockCatalogue(stack().backOffice));

  it("lists 300 orders by pages, newest first, without gap or repeat, while others are being added", async () => {
    const { storefront, backOffice } = stack();
    const placed = await inTurns(300, 8, () => placeOrder(storefront));
    const listed: string[] = [];
    const added: string[] = [];

    let cursor: string | undefined = "";
    while (cursor !== undefined) {
      const query: string = `limit=37${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const [page, orderId]: [Answer, string] = await Promise.all([
        backOffice.get(`/orders?${query}`),
        placeOrder(storefront),
      ]);
      expect(page.status).to.equal(200);
      expect(page.body.count).to.equal(page.body.orders.length);
      expect(page.body.orders.length).to.be.at.most(37);
      listed.push(...page.body.orders.map((order: { orderId: string }) => order.orderId));
      added.push(orderId);
      cursor = page.body.nextCursor;
    }

    expect(listed).to.deep.equal([...new Set(listed)].sort().reverse());
    expect(listed.filter((orderId) => placed.includes(orderId))).to.have.lengthOf(300);
    expect(listed.filter((orderId) => !placed.includes(orderId) && !added.includes(orderId))).to.be.empty;
  }).timeout(60_000);

  it("filters by status, by customer and by both, and says which filter it used", async () => {
    const customerId = randomUUID();
    const orderId = await placeOrder(stack().storefront, { customerId });
    await placeOrder(stack().storefront);
    const ids = (query: string) => stack().backOffice.get(`/orders?${query}`);

    const byCustomer = await ids(`customerId=${customerId}`);
    const byBoth = await ids(`customerId=${customerId}&status=PENDING`);
    const byOtherStatus = await ids(`customerId=${customerId}&status=FAILED`);
    const byStatus = await ids("status=PENDING&limit=1");
    const unfiltered = await ids("limit=1");

    expect(byCustomer.body.orders.map((order: { orderId: string }) => order.orderId)).to.deep.equal([orderId]);
    expect(byCustomer.body.filter).to.deep.equal({ customerId });
    expect(byBoth.body).to.deep.include({ count: 1, filter: { customerId, status: "PENDING" } });
    expect(byOtherStatus.body).to.deep.include({ count: 0, orders: [] });
    expect(byStatus.body).to.deep.include({ count: 1, filter: { status: "PENDING" } });
    expect(unfiltered.body.filter).to.deep.equal({});
  });

  it("gives 50 orders where no limit is given", async () => {
    const { body } = await stack().backOffice.get("/orders");

    expect(body.count).to.equal(50);
    expect(body.nextCursor).to.be.a("string");
  });

  for (const query of ["limit=0", "limit=101", "limit=x", "limit=1.5", "status=LOST", "cursor=forged", "customerId="]) {
    it(`refuses ?${query} with 400`, async () => {
      const answer = await stack().backOffice.get(`/orders?${query}`);

      expect(answer.status).to.equal(400);
      expect(answer.headers.get("content-type")).to.match(/^application\/problem\+json/);
    });
  }

  it("refuses a cursor that was altered, or made for another filter or list", async () => {
    const { body } = await stack().backOffice.get("/orders?limit=1");
    const cursor: string = body.nextCursor;
    const altered = (cursor.startsWith("A") ? "B" : "A") + cursor.slice(1);

    const answers = await Promise.all([
      stack().backOffice.get(`/orders?cursor=${encodeURIComponent(altered)}`),
      stack().backOffice.get(`/orders?status=PENDING&cursor=${encodeURIComponent(cursor)}`),
      stack().backOffice.get(`/products?cursor=${encodeURIComponent(cursor)}`),
    ]);

    expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 400]);
  });

  it("finds a new order's body as it was placed", async () => {
    const customerId = randomUUID();
    await placeOrder(stack().storefront, { ...orderBody(), customerId });

    const { body } = await stack().backOffice.get(`/orders?customerId=${customerId}`);

    expect(body.orders[0]).to.include({ customerId, customerEmail: "ada@example.com", totalAmount: 29.99 });
  });
});

/** Calls a function some times, with so many calls at once. */
async function inTurns<T>(times: number, atOnce: number, call: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let started = 0;
  const worker = async () => {
    while (started++ < times) results.push(await call());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
