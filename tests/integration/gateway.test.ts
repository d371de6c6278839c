import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type Answer, ApiClient } from "../support/api-client.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";

describe("The gateway", () => {
  const stack = useStack();
  before(() => stockCatalogue(stack().backOffice));

  it("answers /health to anybody", async () => {
    const { outputs } = stack();

    const answers = [await fetch(`${outputs.apiUrl}/health`), await fetch(`${outputs.storefrontUrl}/health`)];

    for (const answer of answers) {
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.equal({ status: "ok" });
    }
  });

  it("refuses requests without a key, with a wrong one, and with the other instance's", async () => {
    const { outputs, storefront, backOffice } = stack();
    const keys = ["", "wrong", outputs.storefrontKey ?? ""];

    const answers = [
      ...(await Promise.all(keys.map((key) => new ApiClient(backOffice.url, key).get("/orders")))),
      await new ApiClient(storefront.url, outputs.apiKey ?? "").post("/orders", orderBody()),
    ];

    for (const answer of answers) expectProblem(answer, 403);
  });

  it("keeps the storefront out of the back office's routes", async () => {
    const { outputs, storefront, backOffice } = stack();
    const product = { name: "Mug", price: 1, stock: 1 };
    const ours = new ApiClient(backOffice.url, outputs.storefrontKey ?? "");

    const missing = [await storefront.get("/orders"), await storefront.put("/products/MUG", product)];
    const refused = [await ours.get("/orders"), await ours.put("/products/MUG", product)];

    for (const answer of missing) expectProblem(answer, 404);
    for (const answer of refused) expectProblem(answer, 403);
    const { body } = await backOffice.get("/products?limit=100");
    expect(body.products.map(({ productId }: { productId: string }) => productId)).to.not.include("MUG");
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
