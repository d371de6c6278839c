import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type ApiClient, type ApiResponse, expectProblem } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";

const CUSTOMERS = 15;
const RATE_PER_SECOND = 5;

describe("Above the rate of a key", () => {
  const stack = useStack({ throttleRate: `${RATE_PER_SECOND}`, throttleBurst: "10" });
  before(() => stockCatalogue(stack().backOffice));

  it("a burst gets 429 with Retry-After, and the other key's callers are not affected", async () => {
    const burst = Promise.all(Array.from({ length: 60 }, () => stack().storefront.get("/products")));
    const meanwhile = await stack().backOffice.get("/orders");

    const responses = await burst;
    const throttled = responses.filter(({ status }) => status !== 200);
    expect(throttled).to.have.lengthOf.within(1, 50);
    for (const response of throttled) {
      expectProblem(response, 429);
      expect(response.headers.get("retry-after")).to.equal("1");
    }
    expect(meanwhile.status).to.equal(200);
  });

  it("customers who respect Retry-After place their order, once each, while somebody floods the key", async () => {
    const customers = Array.from({ length: CUSTOMERS }, (_, index) => `honest-${index}`);
    const endFlood = flood(stack().storefront);
    await eventually(async () => expect((await stack().storefront.get("/products")).status).to.equal(429));

    const served = await Promise.all(customers.map((key) => orderPatiently(stack().storefront, key))).finally(endFlood);

    expect(served.map(({ response }) => response.status)).to.deep.equal(customers.map(() => 201));
    expect(served.filter(({ retries }) => retries > 0)).to.not.be.empty;
    const orders = (await TestTable.of(stack()).items()).filter(({ sk }) => sk === "ORDER");
    expect(orders).to.have.lengthOf(CUSTOMERS);
  });
});

/** Sends twice as many requests as the key's rate, in waves with pauses for others. @returns Stops the flood. */
function flood(api: ApiClient): () => Promise<unknown> {
  const sent: Promise<ApiResponse>[] = [];
  const wave = () => sent.push(...Array.from({ length: 4 * RATE_PER_SECOND }, () => api.get("/products")));
  wave();
  const timer = setInterval(wave, 2_000);
  return () => {
    clearInterval(timer);
    return Promise.all(sent);
  };
}

/** Places an order, retrying with the same key as Retry-After says. */
async function orderPatiently(api: ApiClient, key: string): Promise<{ response: ApiResponse; retries: number }> {
  for (let retries = 0; ; retries++) {
    const response = await api.post("/orders", orderBody(), { "Idempotency-Key": key });
    if (response.status !== 429) return { response, retries };
    await sleep(Number(response.headers.get("retry-after")) * 1_000);
  }
}
