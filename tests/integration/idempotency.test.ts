import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { CUSTOMER_EMAIL, LAPTOP_STAND, orderBody, stockCatalogue } from "../support/orders.ts";
import { useSharedStack } from "../support/stack.ts";

describe("Idempotency-Key", () => {
  const stack = useSharedStack();
  beforeEach(() => stockCatalogue(stack().backOffice));

  it("repeats the first response, and places no second order", async () => {
    const customerId = randomUUID();
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await stack().storefront.post("/orders", orderBody({ customerId }), headers);

    const second = await stack().storefront.post("/orders", orderBody({ customerId }), headers);

    expect(first.status).to.equal(201);
    expect(first.headers.get("idempotent-replayed")).to.equal(null);
    expect(second.status).to.equal(201);
    expect(second.headers.get("idempotent-replayed")).to.equal("true");
    expect(second.headers.get("location")).to.equal(first.headers.get("location"));
    expect(second.body).to.deep.equal(first.body);
    expect(await ordersOf(customerId)).to.have.lengthOf(1);
  });

  it("repeats it for a body with the same content in another form", async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await stack().storefront.post(
      "/orders",
      `{"customerEmail":"${CUSTOMER_EMAIL}","items":[{"productId":"PROD-001","quantity":1}]}`,
      headers,
    );

    const second = await stack().storefront.post(
      "/orders",
      `{ "items": [ { "quantity": 1, "productId": "PROD-001" } ], "customerEmail": "${CUSTOMER_EMAIL}" }`,
      headers,
    );

    expect(second.body).to.deep.equal(first.body);
  });

  it("repeats it after the price has changed", async () => {
    const body = orderBody({ items: [{ productId: "PROD-001", quantity: 1, price: LAPTOP_STAND.price }] });
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await stack().storefront.post("/orders", body, headers);
    await stockCatalogue(stack().backOffice, [{ ...LAPTOP_STAND, price: 99 }]);

    const second = await stack().storefront.post("/orders", body, headers);

    expect(second.status).to.equal(201);
    expect(second.body).to.deep.equal(first.body);
  });

  it("is refused with 422 for another body", async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    await stack().storefront.post("/orders", orderBody(), headers);

    const response = await stack().storefront.post("/orders", orderBody({ customerName: "Grace" }), headers);

    expect(response.status).to.equal(422);
    expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
  });

  it("places one order for concurrent requests", async () => {
    const customerId = randomUUID();
    const headers = { "Idempotency-Key": randomUUID() };

    const responses = await Promise.all(
      Array.from({ length: 5 }, () => stack().storefront.post("/orders", orderBody({ customerId }), headers)),
    );

    expect(responses.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201, 201]);
    expect(new Set(responses.map(({ body }) => body.orderId)).size).to.equal(1);
    expect(responses.filter(({ headers }) => headers.get("idempotent-replayed") === null)).to.have.lengthOf(1);
    expect(await ordersOf(customerId)).to.have.lengthOf(1);
  });

  it("is scoped to its API instance", async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await stack().storefront.post("/orders", orderBody(), headers);

    const second = await stack().backOffice.post("/orders", orderBody(), headers);

    expect(second.status).to.equal(201);
    expect(second.body.orderId).to.not.equal(first.body.orderId);
  });

  it("can have at most 255 characters", async () => {
    const longest = await stack().storefront.post("/orders", orderBody(), { "Idempotency-Key": "k".repeat(255) });
    const tooLong = await stack().storefront.post("/orders", orderBody(), { "Idempotency-Key": "k".repeat(256) });

    expect(longest.status).to.equal(201);
    expect(tooLong.status).to.equal(400);
  });

  async function ordersOf(customerId: string): Promise<unknown[]> {
    const { body } = await stack().backOffice.get(`/orders?customerId=${customerId}`);
    return body.orders;
  }
});
