import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import type { Audience } from "../../domain/audience.ts";
import { ApiClient, type ApiResponse } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { UNENFORCED } from "../support/grants.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { fillPath, type Route, routesOf } from "../support/routes.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { expectNoDataOf, Internals } from "./leaks.ts";
import { LimitedFunction } from "./limited-function.ts";
import { CUSTOMER } from "./mixed-workload.ts";
import { API_SCENARIOS } from "./privilege/api-scenarios.ts";

const UNKNOWN_ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const IDEMPOTENCY = { "Idempotency-Key": "cart-1" };

const WRONG_BODIES: unknown[] = [
  "",
  '{"items":',
  "[]",
  '"text"',
  { unknown: 1, items: [{ productId: {}, quantity: "1" }], status: 1, price: "x" },
  { customerEmail: "eve@example.com", items: [{ productId: "NONE", quantity: 1 }], stock: -1 },
  { customerEmail: "eve@example.com", items: [{ productId: "PROD-001", quantity: 1, price: 1 }], name: "\ud800" },
  { name: "x".repeat(70_000) },
];
const WRONG_IDS = ["..", "ORDER#1", "%00", "x".repeat(200)];
const WRONG_QUERIES = ["limit=x", "cursor=forged", "status=%00&unknown=1", "customerId=", "limit=1&limit=2"];

describe("Responses", () => {
  const stack = useLocalStack();

  for (const audience of ["storefront", "backoffice"] as const) {
    describe(`to the ${audience}`, () => testResponsesTo(audience, stack));
  }
});

function testResponsesTo(audience: Audience, stack: () => TestStack): void {
  const client = () => stack()[audience === "storefront" ? "storefront" : "backOffice"];
  /** Completed orders with personal data. */
  const orderIds: string[] = [];
  /** Those of the storefront's orders. */
  const tokens: string[] = [];
  let internals: Internals;

  before("place orders", async () => {
    await stockCatalogue(stack().backOffice);
    for (const headers of [IDEMPOTENCY, { "Idempotency-Key": "cart-2" }]) {
      orderIds.push(await placeOrder(client(), CUSTOMER, headers));
      tokens.push((await client().post("/orders", orderBody(CUSTOMER), headers)).body.token ?? "");
    }
    for (const orderId of orderIds) {
      await eventually(async () => {
        const items = await TestTable.of(stack()).partition(`ORDER#${orderId}`);
        expect(items.map(({ sk }) => sk)).to.include("MAIL#completed");
      });
    }
    internals = await Internals.of(stack());
  });

  it("reveal neither internals nor customers' data, whatever is wrong with the request", async () => {
    const atOnce = pLimit(8);

    const responses = await Promise.all(routesOf(audience).flatMap(wrongRequests).map(atOnce));

    expect(responses.map(({ status }) => status)).to.include.members([400, 403, 404, 413]);
    for (const response of responses) {
      expect(response.status).to.be.within(400, 499);
      internals.expectHidden(response, audience);
      expectNoDataOf(CUSTOMER, response);
    }
  });

  it("reveal no internals on success, and at the storefront a customer's data only with the order's token", async () => {
    for (const { method, path, body } of routesOf(audience)) {
      // A shipped order can't be cancelled, so that route gets another one.
      const index = path.endsWith("/cancel") ? 1 : 0;
      const orderId = orderIds[index] ?? "";

      // Only a new product comes with stock.
      const productId = method === "PUT" ? "MUG" : "PROD-001";
      const request = (headers: Record<string, string>) =>
        client().request(method, fillPath(path, { orderId, productId }), body, headers);
      if (audience === "storefront") expectNoDataOf(CUSTOMER, await request(headers()));
      const response = await request(headers(tokens[index]));

      expect(response.status, `${method} ${path}`).to.be.within(200, 299);
      internals.expectHidden(response, audience);
    }
  });

  it("reveal neither internals nor customers' data when a function fails", async () => {
    const handlers = Object.keys(API_SCENARIOS);
    const functions = await Promise.all(handlers.map((handler) => LimitedFunction.of(handler, stack())));
    const request = ({ method, path, body }: Route) =>
      client().request(
        method,
        fillPath(path, { orderId: orderIds[0] ?? "", productId: "MUG" }),
        body,
        headers(tokens[0]),
      );

    const responses = await withoutPermissions(functions, () => Promise.all(routesOf(audience).map(request)));

    for (const response of responses) {
      expect(response.status).to.equal(500);
      internals.expectHidden(response, audience);
      expectNoDataOf(CUSTOMER, response);
    }
  });

  /** Those that any route requires, and the order's token, if there is one. */
  function headers(token = ""): Record<string, string> {
    return { "Idempotency-Key": randomUUID(), ...(token !== "" && { "X-Order-Token": token }) };
  }

  /** Requests to a route, each wrong in a different way. */
  function wrongRequests({ method, path, body }: Route): (() => Promise<ApiResponse>)[] {
    const hasId = path.includes("{");
    const at = fillPath(path, { orderId: orderIds[0] ?? "", productId: "MUG" });
    const send = (to: string, content: unknown, headers = {}) => client().request(method, to, content, headers);
    return [
      () => new ApiClient(client().url, "wrong").request(method, at, body),
      () => send(`${at}/nowhere`, body),
      () => client().request("PATCH", at, {}),
      ...(hasId ? WRONG_IDS : []).map((id) => () => send(fillPath(path, { orderId: id, productId: id }), body)),
      ...(path.includes("{orderId}") ? [() => send(fillPath(path, { orderId: UNKNOWN_ID }), body)] : []),
      ...(body ? WRONG_BODIES : []).map((wrong) => () => send(at, wrong)),
      // Another order's idempotency key.
      ...(method === "POST" && body ? [() => send(at, body, IDEMPOTENCY)] : []),
      ...(method === "GET" && !hasId ? WRONG_QUERIES : []).map((query) => () => send(`${at}?${query}`, undefined)),
    ];
  }
}

/** Runs an action while the functions have no permissions but to log. */
async function withoutPermissions<T>([fn, ...others]: LimitedFunction[], action: () => Promise<T>): Promise<T> {
  if (!fn) return action();
  const logging = fn.grants.filter(({ Action }) => UNENFORCED.has(Action));
  return fn.limitedTo(logging, () => withoutPermissions(others, action));
}
