import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Answer, ApiClient } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { expectProblem } from "../support/expect-problem.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";

const CUSTOMERS = 15;
/** Requests a second. */
const RATE = 5;

describe("Beyond the rate of a key", function () {
  this.timeout(60_000);
  const stack = useStack({ throttleRate: `${RATE}`, throttleBurst: "10" });
  before(() => stockCatalogue(stack().backOffice));

  it("a burst is answered 429 with the time to wait, and the other key's callers don't notice", async () => {
    const burst = Promise.all(Array.from({ length: 60 }, () => stack().storefront.get("/products")));
    const meanwhile = await stack().backOffice.get("/orders");

    const answers = await burst;
    const throttled = answers.filter(({ status }) => status !== 200);
    expect(throttled).to.have.lengthOf.within(1, 50);
    for (const answer of throttled) {
      expectProblem(answer, 429);
      expect(answer.headers.get("retry-after")).to.equal("1");
    }
    expect(meanwhile.status).to.equal(200);
  });

  it("customers who wait as they are told get their order placed, once each, while somebody floods their key", async () => {
    const customers = Array.from({ length: CUSTOMERS }, (_, index) => `honest-${index}`);
    const endFlood = flood(stack().storefront);
    await eventually(async () => expect((await stack().storefront.get("/products")).status).to.equal(429));

    const served = await Promise.all(customers.map((key) => orderPatiently(stack().storefront, key))).finally(endFlood);

    expect(served.map(({ answer }) => answer.status)).to.deep.equal(customers.map(() => 201));
    expect(served.filter(({ refusals }) => refusals > 0)).to.not.be.empty;
    const orders = (await new DeployedTable(stack()).items()).filter(({ sk }) => sk === "ORDER");
    expect(orders).to.have.lengthOf(CUSTOMERS);
  });
});

/** Asks for the products, twice as often as the key may: in waves, between which others may. @returns What ends that. */
function flood(api: ApiClient): () => Promise<unknown> {
  const sent: Promise<Answer>[] = [];
  const wave = () => sent.push(...Array.from({ length: 4 * RATE }, () => api.get("/products")));
  wave();
  const timer = setInterval(wave, 2_000);
  return () => {
    clearInterval(timer);
    return Promise.all(sent);
  };
}

/** Orders, and orders again with the same key when it is time to, until the order is placed. */
async function orderPatiently(api: ApiClient, key: string): Promise<{ answer: Answer; refusals: number }> {
  for (let refusals = 0; ; refusals++) {
    const answer = await api.post("/orders", orderBody(), { "Idempotency-Key": key });
    if (answer.status !== 429) return { answer, refusals };
    await sleep(Number(answer.headers.get("retry-after")) * 1_000);
  }
}
