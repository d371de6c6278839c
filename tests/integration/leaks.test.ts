import { expect } from "chai";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import type { Audience } from "../../domain/audience.ts";
import { type Answer, ApiClient } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { UNENFORCED } from "../support/grants.ts";
import { LimitedFunction } from "../support/limited-function.ts";
import { PERSON } from "../support/mixed-run.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { filledIn, type Route, routesOf } from "../support/routes.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { expectNothingOf, Inside } from "./leaks.ts";
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

describe("What is answered", function () {
  this.timeout(60_000);
  const stack = useLocalStack();

  for (const audience of ["storefront", "backoffice"] as const) {
    describe(`to the ${audience}`, () => answersTo(audience, stack));
  }
});

function answersTo(audience: Audience, stack: () => TestStack): void {
  const client = () => stack()[audience === "storefront" ? "storefront" : "backOffice"];
  /** Orders with personal data that went through the workflow; the first was placed with an Idempotency-Key. */
  const orderIds: string[] = [];
  let inside: Inside;

  before("place orders", async () => {
    await stockCatalogue(stack().backOffice);
    for (const headers of [IDEMPOTENCY, {}]) orderIds.push(await placeOrder(client(), PERSON, headers));
    for (const orderId of orderIds) {
      await eventually(async () => {
        const items = await new DeployedTable(stack()).partition(`ORDER#${orderId}`);
        expect(items.map(({ sk }) => sk)).to.include("MAIL#completed");
      });
    }
    inside = await Inside.of(stack());
  });

  it("shows nothing of the inside or of a customer, whatever is wrong with the request", async () => {
    const atOnce = pLimit(8);

    const answers = await Promise.all(routesOf(audience).flatMap(wrongRequests).map(atOnce));

    expect(answers.map(({ status }) => status)).to.include.members([400, 403, 404, 413]);
    for (const answer of answers) {
      expect(answer.status).to.be.within(400, 499);
      inside.expectHidden(answer, audience);
      expectNothingOf(PERSON, answer);
    }
  });

  it("shows nothing of the inside when all is well, and the storefront nothing of a customer", async () => {
    for (const { method, path, body } of routesOf(audience)) {
      // What was shipped can't be cancelled.
      const orderId = orderIds[path.endsWith("/cancel") ? 1 : 0] ?? "";

      const answer = await client().request(method, filledIn(path, { orderId, productId: "MUG" }), body);

      expect(answer.status, `${method} ${path}`).to.be.within(200, 299);
      inside.expectHidden(answer, audience);
      if (audience === "storefront") expectNothingOf(PERSON, answer);
    }
  });

  it("shows nothing of the inside or of a customer when the inside fails", async () => {
    const handlers = Object.keys(API_SCENARIOS);
    const functions = await Promise.all(handlers.map((handler) => LimitedFunction.of(handler, stack())));
    const ask = ({ method, path, body }: Route) =>
      client().request(method, filledIn(path, { orderId: UNKNOWN_ID, productId: "MUG" }), body);

    const answers = await withoutRights(functions, () => Promise.all(routesOf(audience).map(ask)));

    for (const answer of answers) {
      expect(answer.status).to.equal(500);
      inside.expectHidden(answer, audience);
      expectNothingOf(PERSON, answer);
    }
  });

  /** Requests to a route, each with something else that is wrong. */
  function wrongRequests({ method, path, body }: Route): (() => Promise<Answer>)[] {
    const hasId = path.includes("{");
    const at = filledIn(path, { orderId: orderIds[0] ?? "", productId: "MUG" });
    const send = (to: string, what: unknown, headers = {}) => client().request(method, to, what, headers);
    return [
      () => new ApiClient(client().url, "wrong").request(method, at, body),
      () => send(`${at}/nowhere`, body),
      () => client().request("PATCH", at, {}),
      ...(hasId ? WRONG_IDS : []).map((id) => () => send(filledIn(path, { orderId: id, productId: id }), body)),
      ...(path.includes("{orderId}") ? [() => send(filledIn(path, { orderId: UNKNOWN_ID }), body)] : []),
      ...(body ? WRONG_BODIES : []).map((wrong) => () => send(at, wrong)),
      // The key of somebody else's order.
      ...(method === "POST" && body ? [() => send(at, body, IDEMPOTENCY)] : []),
      ...(method === "GET" && !hasId ? WRONG_QUERIES : []).map((query) => () => send(`${at}?${query}`, undefined)),
    ];
  }
}

/** Lets something happen while none of the functions may do anything but log. */
async function withoutRights<T>([fn, ...others]: LimitedFunction[], happen: () => Promise<T>): Promise<T> {
  if (!fn) return happen();
  const logging = fn.grants.filter(({ Action }) => UNENFORCED.has(Action));
  return fn.limitedTo(logging, () => withoutRights(others, happen));
}
