import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type Answer, ApiClient } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { filledIn, routesOf } from "../support/routes.ts";
import { useSharedStack, useStack } from "../support/stack.ts";

describe("The gateway", () => {
  const stack = useSharedStack();
  /** An order that could be shipped or cancelled, and to which nothing happens by itself any more. */
  let orderId: string;

  before(async () => {
    await stockCatalogue(stack().backOffice);
    orderId = await placeOrder(stack().storefront);
    await eventually(async () => {
      const { body } = await stack().backOffice.get(`/orders/${orderId}`);
      expect(body.status).to.equal("COMPLETED");
    });
  });

  /** All that the requests could change: the order, the product, and which orders there are of the customers in them. */
  async function state(): Promise<unknown> {
    const items = await new DeployedTable(stack()).items();
    const customers = new Set(routesOf("backoffice").map(({ body }) => (body as { customerId?: string })?.customerId));
    const placed = items.filter(({ sk, customerId }) => sk === "ORDER" && customers.has(String(customerId)));
    return {
      order: items.find(({ pk, sk }) => pk === `ORDER#${orderId}` && sk === "ORDER"),
      product: items.find(({ pk, sk }) => pk === "PRODUCTS" && sk === "MUG"),
      placed: new Set(placed.map(({ pk }) => pk)),
    };
  }

  it("answers /health to anybody", async () => {
    const { outputs } = stack();

    const answers = [await fetch(`${outputs.apiUrl}/health`), await fetch(`${outputs.storefrontUrl}/health`)];

    for (const answer of answers) {
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.equal({ status: "ok" });
    }
  });

  for (const audience of ["backoffice", "storefront"] as const) {
    it(`refuses every request to the ${audience} without a key, with a wrong one, and with the other's`, async () => {
      const { outputs, backOffice, storefront } = stack();
      const { url } = audience === "backoffice" ? backOffice : storefront;
      const other = outputs[audience === "backoffice" ? "storefrontKey" : "apiKey"] ?? "";
      const before = await state();

      const answers = routesOf(audience).flatMap(({ method, path, body }) =>
        ["", "wrong", other].map((key) =>
          new ApiClient(url, key).request(method, filledIn(path, { orderId, productId: "MUG" }), body),
        ),
      );

      for (const answer of await Promise.all(answers)) expectProblem(answer, 403);
      expect(await state()).to.deep.equal(before);
    });
  }

  it("has no route of the back office's at the storefront", async () => {
    const before = await state();
    const open = routesOf("storefront").map(({ method, path }) => `${method} ${path}`);
    const others = routesOf("backoffice").filter(({ method, path }) => !open.includes(`${method} ${path}`));

    const answers = others.map(({ method, path, body }) =>
      stack().storefront.request(method, filledIn(path, { orderId, productId: "MUG" }), body),
    );

    expect(answers).to.not.deep.equal([]);
    for (const answer of await Promise.all(answers)) expectProblem(answer, 404);
    expect(await state()).to.deep.equal(before);
  });

  it("answers 404 for a route that doesn't exist", async () => {
    expectProblem(await stack().storefront.get("/nowhere"), 404);
  });

  it("answers a browser's preflight, and lets pages read the headers", async () => {
    const preflight = await fetch(`${stack().outputs.storefrontUrl}/orders`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,x-api-key",
      },
    });
    const answer = await stack().storefront.get("/products");

    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
    expect(preflight.headers.get("access-control-allow-methods")).to.include("POST");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).to.include("idempotency-key");
    expect(answer.headers.get("access-control-expose-headers")).to.equal("Location, Retry-After, Idempotent-Replayed");
  });
});

describe("The usage plan", () => {
  const stack = useStack({ throttleRate: "1", throttleBurst: "5" });

  it("answers 429 beyond its rate, and says when to come again", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack().storefront.get("/products")));

    const throttled = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).to.not.be.empty;
    expect(throttled).to.not.be.empty;
    for (const answer of throttled) {
      expectProblem(answer, 429);
      expect(Number(answer.headers.get("retry-after"))).to.be.at.least(1);
    }
  });
});

function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).to.equal(status);
  expect(answer.headers.get("content-type")).to.match(/^application\/problem\+json/);
  expect(answer.headers.get("access-control-allow-origin")).to.equal("*");
  expect(answer.body).to.include.keys("type", "title", "detail");
  expect(answer.body.status).to.equal(status);
}
