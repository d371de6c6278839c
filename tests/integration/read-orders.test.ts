import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import { backOfficeClient, bodyOf, pages } from "../../stacks/api-client.ts";
import { setDeliveries } from "../../stacks/event-source-mappings.ts";
import type { ApiResponse } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useSharedStack, useStack } from "../support/stack.ts";

describe("GET /orders/{orderId}", () => {
  const stack = useSharedStack();
  const person = {
    customerId: "CUST-1",
    customerName: "Ada Lovelace",
    shippingAddress: { street: "12 St James's Sq", city: "London", state: "LDN", zipCode: "SW1Y", country: "GBR" },
  };
  const readOwn = (orderId: string, token: string) =>
    stack().storefront.request("GET", `/orders/${orderId}`, undefined, { "X-Order-Token": token });
  const cancelOwn = (orderId: string, token: string) =>
    stack().storefront.request("POST", `/orders/${orderId}/cancel`, undefined, { "X-Order-Token": token });
  before(() => stockCatalogue(stack().backOffice));

  it("shows the back office the whole order", async () => {
    const orderId = await placeOrder(stack().storefront, person);

    const { status, body } = await stack().backOffice.get(`/orders/${orderId}`);

    expect(status).to.equal(200);
    expect(body).to.deep.include({ ...person, orderId, customerEmail: CUSTOMER_EMAIL, currency: "USD" });
    expect(body).to.include({ status: "PENDING", totalAmount: 29.99, updatedAt: body.createdAt });
    expect(body.items).to.deep.equal([{ productId: "PROD-001", name: "Laptop stand", quantity: 1, price: 29.99 }]);
    expect(body.history).to.deep.equal([{ status: "PENDING", at: body.createdAt }]);
  });

  it("shows the storefront neither email nor address", async () => {
    const orderId = await placeOrder(stack().storefront, person);

    const { status, body } = await stack().storefront.get(`/orders/${orderId}`);

    expect(status).to.equal(200);
    expect(body).to.include({ orderId, status: "PENDING", totalAmount: 29.99 });
    expect(body).to.not.have.any.keys("customerEmail", "customerPhone", "shippingAddress", "customerName", "version");
  });

  it("shows its customer everything that they sent, and what was charged", async () => {
    const { orderId, token } = (await stack().storefront.post("/orders", orderBody(person))).body;

    const order = await eventually(async () => {
      const { body } = await readOwn(orderId, token);
      expect(body.status).to.equal("COMPLETED");
      return body;
    });

    expect(order).to.deep.include({ ...person, customerEmail: CUSTOMER_EMAIL });
    expect(order.payment).to.deep.equal({ status: "PAID", charged: 29.99, refunded: 0, refunds: [] });
  });

  it("lets its customer cancel it until it is shipped, and refunds them", async () => {
    const placed = [
      await stack().storefront.post("/orders", orderBody()),
      await stack().storefront.post("/orders", orderBody()),
    ];
    const [order, shipped] = placed.map(({ body }) => body);
    const reaches = (orderId: string, token: string, status: string) =>
      eventually(async () => {
        const { body } = await readOwn(orderId, token);
        expect(body.status).to.equal(status);
        return body;
      });
    await reaches(order.orderId, order.token, "COMPLETED");
    await reaches(shipped.orderId, shipped.token, "COMPLETED");
    await stack().backOffice.put(`/orders/${shipped.orderId}`, { status: "SHIPPED" });

    const answers = [await cancelOwn(order.orderId, order.token), await cancelOwn(shipped.orderId, shipped.token)];

    expect(answers.map(({ status }) => status)).to.deep.equal([202, 409]);
    const { payment } = await reaches(order.orderId, order.token, "CANCELLED");
    expect(payment).to.include({ status: "REFUNDED", charged: 29.99, refunded: 29.99 });
    expect(Object.keys(payment.refunds[0])).to.have.members(["refundId", "amount", "status", "createdAt"]);
  });

  it("answers a wrong, a foreign and an expired token as it answers for an unknown order", async () => {
    const { orderId, token } = (await stack().storefront.post("/orders", orderBody(person))).body;
    const other = (await stack().storefront.post("/orders", orderBody())).body;
    const unknown = await readOwn(randomUUID(), token);
    const [expiry, signature] = token.split(".");

    for (const wrong of ["made up", other.token, `${expiry}.`, `${Number.parseInt(expiry, 36)}.${signature}`]) {
      const { status, body } = await readOwn(orderId, wrong);
      const cancelled = await cancelOwn(orderId, wrong);

      expect([status, body]).to.deep.equal([unknown.status, unknown.body]);
      expect([cancelled.status, cancelled.body]).to.deep.equal([unknown.status, unknown.body]);
    }
    expect(unknown.status).to.equal(404);
  });

  for (const id of [randomUUID(), "019a0000-0000-7000-8000-000000000000", "nonsense", "%00", "..%2Fproducts"]) {
    it(`returns 404 for ${id}`, async () => {
      const response = await stack().storefront.get(`/orders/${id}`);

      expect(response.status).to.equal(404);
      expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    });
  }
});

describe("GET /orders", () => {
  const stack = useStack({ listShards: "3" });
  before(() => stockCatalogue(stack().backOffice));

  it("filters by status, by customer and by both, and returns the filter", async () => {
    const customerId = randomUUID();
    const list = (query: string) => stack().backOffice.get(`/orders?${query}`);
    const orderId = await placeOrder(stack().backOffice, { customerId, paymentMethod: "pm_card_chargeDeclined" });
    await placeOrder(stack().storefront);
    await eventually(async () => {
      const { body } = await list(`customerId=${customerId}`);
      expect(body.orders[0]).to.include({ status: "FAILED" });
    });

    const byCustomer = await list(`customerId=${customerId}`);
    const byBoth = await list(`customerId=${customerId}&status=FAILED`);
    const byOtherStatus = await list(`customerId=${customerId}&status=COMPLETED`);
    const byStatus = await list("status=FAILED&limit=1");
    const unfiltered = await list("limit=1");

    expect(idsIn(byCustomer)).to.deep.equal([orderId]);
    expect(byCustomer.body.filter).to.deep.equal({ customerId });
    expect(byBoth.body).to.deep.include({ count: 1, filter: { customerId, status: "FAILED" } });
    expect(byOtherStatus.body).to.deep.include({ count: 0, orders: [] });
    expect(byStatus.body).to.deep.include({ count: 1, filter: { status: "FAILED" } });
    expect(unfiltered.body.filter).to.deep.equal({});
  });

  it("lists 300 orders by pages, newest first, without gaps or repeats, while others are being added", async () => {
    const { storefront, backOffice, awsClient } = stack();
    await setDeliveries(false, awsClient); // nobody needs these orders to be fulfilled
    const existing = idsIn(await backOffice.get("/orders"));
    const limit = pLimit(8);
    const placed = await Promise.all(Array.from({ length: 300 }, () => limit(() => placeOrder(storefront))));
    const listed: string[] = [];
    const added: string[] = [];
    const client = backOfficeClient(backOffice);

    const read = async (from: { cursor?: string }) => {
      const page = bodyOf(client.GET("/orders", { params: { query: { limit: 37, ...from } } }));
      added.push(await placeOrder(storefront));
      return page;
    };
    for await (const { orders, count } of pages(read)) {
      expect(count).to.equal(orders.length);
      expect(orders.length).to.be.at.most(37);
      listed.push(...orders.map(({ orderId }) => orderId));
    }

    expect(listed).to.deep.equal([...new Set(listed)].sort().reverse());
    expect(listed.filter((orderId) => placed.includes(orderId))).to.have.lengthOf(300);
    expect([...existing, ...placed, ...added]).to.include.members(listed);
  });

  it("returns 50 orders by default", async () => {
    const { body } = await stack().backOffice.get("/orders");

    expect(body.count).to.equal(50);
    expect(body.nextCursor).to.be.a("string");
  });

  for (const query of ["limit=0", "limit=101", "limit=x", "limit=1.5", "status=LOST", "cursor=forged", "customerId="]) {
    it(`refuses ?${query} with 400`, async () => {
      const response = await stack().backOffice.get(`/orders?${query}`);

      expect(response.status).to.equal(400);
      expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    });
  }

  it("refuses an altered cursor, and one of another filter or list", async () => {
    const { body } = await stack().backOffice.get("/orders?limit=1");
    const cursor: string = body.nextCursor;
    const altered = (cursor.startsWith("A") ? "B" : "A") + cursor.slice(1);

    const responses = await Promise.all([
      stack().backOffice.get(`/orders?cursor=${encodeURIComponent(altered)}`),
      stack().backOffice.get(`/orders?status=PENDING&cursor=${encodeURIComponent(cursor)}`),
      stack().backOffice.get(`/products?cursor=${encodeURIComponent(cursor)}`),
    ]);

    expect(responses.map(({ status }) => status)).to.deep.equal([400, 400, 400]);
  });

  it("shows a new order as it was placed", async () => {
    const customerId = randomUUID();
    await placeOrder(stack().storefront, { ...orderBody(), customerId });

    const { body } = await stack().backOffice.get(`/orders?customerId=${customerId}`);

    expect(body.orders[0]).to.include({ customerId, customerEmail: CUSTOMER_EMAIL, totalAmount: 29.99 });
  });
});

function idsIn({ body }: ApiResponse): string[] {
  return body.orders.map(({ orderId }: { orderId: string }) => orderId);
}
