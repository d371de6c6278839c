import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Audience } from "../../../domain/audience.ts";
import { db } from "../../../handlers/lib/db.ts";
import { keepTask } from "../../../store/awaited-payments.ts";
import { book, placeDirectly, stockProducts } from "../../support/in-process.ts";
import { orderBody } from "../../support/orders.ts";
import { runSteps } from "../../support/workflow.ts";
import type { Scenario, Scenarios } from "./scenario.ts";

/** A request to an API, by default the back office's, as the function gets it from API Gateway. */
function request(
  id: string,
  parts: { path?: object; query?: object; headers?: object; body?: object; audience?: Audience } = {},
): object {
  return {
    headers: { "X-Correlation-Id": id, ...parts.headers },
    pathParameters: parts.path ?? null,
    queryStringParameters: parts.query ?? null,
    body: parts.body ? JSON.stringify(parts.body) : null,
    requestContext: { requestId: id },
    stageVariables: { audience: parts.audience ?? "backoffice" },
  };
}

function lists(query: object): Scenario {
  return async ({ call, id }) => {
    expect(await call(request(id, { query }))).to.include({ statusCode: 200 });
  };
}

/** The customer of an order whose bank asks, and for whom an execution waits, does something about it. */
function pays(body: object): Scenario {
  return async ({ call, id, stack }) => {
    const order = orderBody({
      items: [{ productId: "PLENTY", quantity: 1 }],
      paymentMethod: "pm_card_authenticationRequired",
    });
    const { orderId, token } = (await stack.storefront.post("/orders", order)).body;
    await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment");
    await keepTask(db, orderId, "task");
    const headers = { "Idempotency-Key": id, "X-Order-Token": token };
    const response = await call(request(id, { path: { orderId }, headers, body, audience: "storefront" }));
    expect(response).to.include({ statusCode: 202 });
  };
}

/** Everything that the functions behind the APIs do. */
export const API_SCENARIOS: Scenarios = {
  "create-order": {
    "places an order once per key": async ({ call, id }) => {
      const place = (quantity: number) => {
        const items = [{ productId: "PLENTY", quantity }];
        const body = { customerEmail: "jo@example.com", items };
        return call(request(id, { headers: { "Idempotency-Key": id }, body }));
      };
      expect(await place(1)).to.include({ statusCode: 201 });
      expect((await place(1)).headers).to.include({ "Idempotent-Replayed": "true" });
      expect(await place(2)).to.include({ statusCode: 422 });
    },
    "gives the storefront's customer a token": async ({ call, id }) => {
      const body = { customerEmail: "jo@example.com", items: [{ productId: "PLENTY", quantity: 1 }] };
      expect(await call(request(id, { body, audience: "storefront" }))).to.include({ statusCode: 201 });
    },
  },
  "get-order": {
    "shows an order": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      expect(await call(request(id, { path: { orderId } }))).to.include({ statusCode: 200 });
    },
    "asks whose token it is": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      const headers = { "X-Order-Token": "made up" };
      const response = await call(request(id, { path: { orderId }, headers, audience: "storefront" }));
      expect(response).to.include({ statusCode: 404 });
    },
  },
  "pay-order": {
    "tries another card": pays({ paymentMethod: "pm_card_visa" }),
    "looks whether the bank is answered": pays({}),
  },
  "list-orders": {
    "lists all orders": lists({ limit: "1" }),
    "lists by status": lists({ status: "PENDING" }),
    "lists by customer": lists({ customerId: "CUST-1" }),
    "lists by customer and status": lists({ customerId: "CUST-1", status: "PENDING" }),
  },
  "list-products": {
    "lists the catalogue": lists({ limit: "1" }),
    "shows a product": async ({ call, id }) => {
      expect(await call(request(id, { path: { productId: "PLENTY" } }))).to.include({ statusCode: 200 });
    },
  },
  "put-product": {
    "adds a product and changes it": async ({ call, id }) => {
      const put = (body: object) => call(request(id, { path: { productId: id }, body: { name: "Mug", ...body } }));
      expect(await put({ price: 1, stock: 1 })).to.include({ statusCode: 201 });
      expect(await put({ price: 2, image: "/mug.webp" })).to.include({ statusCode: 200 });
    },
  },
  "book-stock": {
    "books a delivery once per key": async ({ call, id }) => {
      const body = { delta: 1, reason: "RECEIVED" };
      const book = () => call(request(id, { path: { productId: "PLENTY" }, headers: { "Idempotency-Key": id }, body }));
      expect(await book()).to.include({ statusCode: 201 });
      expect((await book()).headers).to.include({ "Idempotent-Replayed": "true" });
    },
    "flags an order that breakage leaves short": async ({ call, id, table }) => {
      await stockProducts({ [id]: 1 });
      const orderId = await placeDirectly({ [id]: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      const body = { delta: -1, reason: "DAMAGED" };
      const response = await call(request(id, { path: { productId: id }, headers: { "Idempotency-Key": id }, body }));
      expect(response).to.include({ statusCode: 201 });
      expect((await table.records(orderId)).order.attention).to.include({ reason: "SHORT" });
    },
    "lists a product's bookings": async ({ call, id }) => {
      const list = { ...request(id, { path: { productId: "PLENTY" } }), httpMethod: "GET" };
      expect(await call(list)).to.include({ statusCode: 200 });
    },
  },
  "update-order-status": {
    "ships a completed order": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      const response = await call(request(id, { path: { orderId }, body: { status: "SHIPPED" } }));
      expect(response).to.include({ statusCode: 200 });
    },
    "flags an order whose units left with another": async ({ call, id, table }) => {
      await stockProducts({ [id]: 2 });
      const [left, shipped] = [await placeDirectly({ [id]: 1 }), await placeDirectly({ [id]: 1 })];
      for (const orderId of [left, shipped]) {
        await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      }
      await book(id, { delta: -1, reason: "DAMAGED" });
      const response = await call(request(id, { path: { orderId: shipped }, body: { status: "SHIPPED" } }));
      expect(response).to.include({ statusCode: 200 });
      expect((await table.records(left)).order.attention).to.include({ reason: "SHORT" });
    },
  },
  "refund-order": {
    "refunds a part once per key": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      const body = { amount: 1, reason: "Scratched" };
      const refund = () => call(request(id, { path: { orderId }, headers: { "Idempotency-Key": id }, body }));
      expect(await refund()).to.include({ statusCode: 202 });
      expect((await refund()).headers).to.include({ "Idempotent-Replayed": "true" });
    },
  },
  "cancel-order": {
    "requests an order's cancellation": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      expect(await call(request(id, { path: { orderId } }))).to.include({ statusCode: 202 });
      expect(await call(request(id, { path: { orderId: randomUUID() } }))).to.include({ statusCode: 404 });
    },
    "does so for its customer": async ({ call, id, stack }) => {
      const items = [{ productId: "PLENTY", quantity: 1 }];
      const { orderId, token } = (await stack.storefront.post("/orders", orderBody({ items }))).body;
      const headers = { "X-Order-Token": token };
      const response = await call(request(id, { path: { orderId }, headers, audience: "storefront" }));
      expect(response).to.include({ statusCode: 202 });
    },
  },
};
