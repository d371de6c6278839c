import { randomUUID } from "node:crypto";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack, useSharedStack } from "../support/stack.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("POST /orders", () => {
  const stack = useSharedStack();
  before(() => stockCatalogue(stack().backOffice));

  it("merges lines of the same product", async () => {
    const line = { productId: "PROD-001", quantity: 2 };

    const orderId = await placeOrder(stack().storefront, { items: [line, line] });

    const order = await stack().backOffice.get(`/orders/${orderId}`);
    expect(order.body.items).to.have.lengthOf(1);
    expect(order.body.items[0]).to.include({ productId: "PROD-001", quantity: 4 });
    expect(order.body.totalAmount).to.equal(119.96);
  });

  it("reports all violations of a body at once", async () => {
    const body = {
      customerEmail: "nobody",
      customerPhone: "12",
      items: [{ productId: "", quantity: 0 }, { quantity: 1001 }],
      shippingAddress: { street: "1", city: "2", state: "3", zipCode: "4", country: "Utopia" },
    };

    const response = await stack().storefront.post("/orders", body);

    expect(response.status).to.equal(400);
    expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    expect(response.body).to.include.keys("type", "title", "status", "detail", "errors");
    expect(response.body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.include.members([
      "/customerEmail",
      "/customerPhone",
      "/items/0/productId",
      "/items/0/quantity",
      "/items/1/productId",
      "/items/1/quantity",
      "/shippingAddress/country",
    ]);
  });

  const refusals: [string, number, unknown][] = [
    ["invalid JSON", 400, "{"],
    ["JSON that is not an object", 400, []],
    ["an empty body", 400, ""],
    ["no lines", 400, orderBody({ items: [] })],
    ["51 lines", 400, orderBody({ items: lines(51) })],
    ["an unknown country", 400, orderBody({ shippingAddress: { ...address(), country: "XX" } })],
    ["a body over 64 KiB", 413, orderBody({ customerName: "x".repeat(64 * 1024) })],
    ["an unknown product", 422, orderBody({ items: [{ productId: "PROD-404", quantity: 1 }] })],
    [
      "a price that differs from the catalogue's",
      422,
      orderBody({ items: [{ productId: "PROD-001", quantity: 1, price: 1 }] }),
    ],
    ["a total that is not the sum", 422, orderBody({ totalAmount: 1 })],
  ];
  for (const [what, status, body] of refusals) {
    it(`refuses ${what} with ${status}`, async () => {
      const response = await stack().storefront.post("/orders", body);

      expect(response.status, JSON.stringify(response.body)).to.equal(status);
      expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
      expect(response.body).to.include({ status });
      expect(response.body.type).to.be.a("string");
    });
  }

  it("refuses more than there is, names the line and says how many there are", async () => {
    await stockCatalogue(stack().backOffice, [{ productId: "FEW", name: "Few", price: 10, stock: 3 }]);
    const few = (quantity: number) => ({ productId: "FEW", quantity });

    const tooMany = await stack().storefront.post("/orders", orderBody({ items: [few(4)] }));
    const together = await stack().storefront.post("/orders", orderBody({ items: [few(2), few(2)] }));

    expect(tooMany.status).to.equal(422);
    expect(tooMany.body.type).to.equal("urn:orders:problem:out-of-stock");
    expect(tooMany.body.errors).to.deep.equal([
      { pointer: "/items/0/quantity", detail: "There are only 3 units of FEW." },
    ]);
    expect(together.body.errors[0].pointer).to.equal("/items/1/quantity");
  });

  it("repeats its first response for a key, even if the product has sold out since", async () => {
    await stockCatalogue(stack().backOffice, [{ productId: "LAST", name: "Last", price: 10, stock: 1 }]);
    const body = orderBody({ items: [{ productId: "LAST", quantity: 1 }] });
    const key = { "Idempotency-Key": randomUUID() };
    const first = await stack().storefront.post("/orders", body, key);
    await stockCatalogue(stack().backOffice, [{ productId: "LAST", name: "Last", price: 10, stock: 0 }]);

    const second = await stack().storefront.post("/orders", body, key);
    const other = await stack().storefront.post("/orders", body);

    expect([first.status, second.status, other.status]).to.deep.equal([201, 201, 422]);
    expect(second.body).to.deep.equal(first.body);
  });

  it("accepts 50 lines, and two-letter country codes", async () => {
    const many = await stack().storefront.post("/orders", orderBody({ items: lines(50) }));
    const alpha2 = await stack().storefront.post(
      "/orders",
      orderBody({ customerName: "Ada", shippingAddress: { ...address(), country: "US" } }),
    );

    expect(many.status).to.equal(201);
    expect(alpha2.status).to.equal(201);
  });

  for (const [country, needed] of [
    ["IE", ["street", "city"]],
    ["HK", ["street", "state"]],
    ["SGP", ["street", "zipCode"]],
    ["US", ["street", "city", "state", "zipCode"]],
  ] as const) {
    it(`takes an address in ${country} that has ${needed.join(", ")}, and refuses it without any of them`, async () => {
      const { street, city, state, zipCode } = address();
      const all = { street, city, state, zipCode };
      const full = { ...Object.fromEntries(needed.map((field) => [field, all[field]])), country };
      const send = (shippingAddress: object) =>
        stack().storefront.post("/orders", orderBody({ customerName: "Ada", shippingAddress }));

      const taken = await send(full);
      const refused = await Promise.all(needed.map((field) => send({ ...full, [field]: undefined })));

      expect(taken.status, JSON.stringify(taken.body)).to.equal(201);
      expect(refused.map(({ status }) => status)).to.deep.equal(needed.map(() => 400));
      expect(refused.map(({ body }) => body.errors[0].pointer)).to.deep.equal(
        needed.map((field) => `/shippingAddress/${field}`),
      );
    });
  }

  it("refuses a parcel without a recipient", async () => {
    const response = await stack().storefront.post("/orders", orderBody({ shippingAddress: address() }));

    expect(response.status).to.equal(400);
    expect(response.body.errors).to.deep.equal([
      { pointer: "/customerName", detail: "This field is required for a shipping address." },
    ]);
  });

  it("works when the function is invoked directly", async () => {
    const { outputs, awsClient } = stack();
    const lambda = new LambdaClient(awsClient);
    const invoke = async (event: unknown) => {
      const command = { FunctionName: outputs.createOrderFunction, Payload: JSON.stringify(event) };
      const { Payload } = await lambda.send(new InvokeCommand(command));
      return JSON.parse(new TextDecoder().decode(Payload));
    };

    const accepted = await invoke({ body: orderBody() });
    const acceptedText = await invoke({ body: JSON.stringify(orderBody()) });
    const refused = await invoke({ body: {} });

    expect(accepted.statusCode).to.equal(201);
    expect(JSON.parse(accepted.body).orderId).to.match(UUID_V7);
    expect(acceptedText.statusCode).to.equal(201);
    expect(refused.statusCode).to.equal(400);
    expect(JSON.parse(refused.body).errors).to.not.be.empty;
  });
});

function lines(count: number) {
  return Array.from({ length: count }, () => ({ productId: "PROD-001", quantity: 1 }));
}

function address() {
  return { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" };
}

/** Word for word, with an address at example.com: not for AWS. */
describe("POST /orders, with the contract's examples", () => {
  const stack = useLocalStack();
  before(() => stockCatalogue(stack().backOffice));

  it("accepts an order with an address and a total", async () => {
    const body = {
      customerId: "CUST-12345",
      customerEmail: "john.doe@example.com",
      items: [
        { productId: "PROD-001", quantity: 2, price: 29.99 },
        { productId: "PROD-002", quantity: 1, price: 49.99 },
      ],
      totalAmount: 109.97,
      shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" },
    };

    const response = await stack().storefront.post("/orders", body);

    expect(response.status, JSON.stringify(response.body)).to.equal(201);
    expect(response.body).to.include({ status: "PENDING", totalAmount: 109.97, currency: "USD" });
    expect(response.body.message).to.be.a("string");
    expect(response.body.orderId).to.match(UUID_V7);
    expect(new Date(response.body.createdAt).toISOString()).to.equal(response.body.createdAt);
    const location = new URL(response.headers.get("location") ?? "", `${stack().storefront.url}/orders`);
    expect(location.href).to.equal(`${stack().storefront.url}/orders/${response.body.orderId}`);
    expect(response.headers.get("access-control-allow-origin")).to.equal("*");
    expect(response.headers.get("idempotent-replayed")).to.equal(null);
  });

  it("accepts one product without an address, and uses the catalogue's price", async () => {
    const body = {
      customerId: "CUST-12345",
      customerEmail: "john.doe@example.com",
      items: [{ productId: "PROD-001", quantity: 1 }],
    };

    const response = await stack().storefront.post("/orders", body);

    expect(response.status).to.equal(201);
    expect(response.body.totalAmount).to.equal(29.99);
  });
});
