import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { expect } from "chai";
import type { Context } from "../../../cli/context.ts";
import { CommandFailure } from "../../../cli/errors.ts";
import { EXIT } from "../../../cli/exit-codes.ts";
import { placeOrder } from "../../../cli/verbs/place.ts";
import { importProducts } from "../../../cli/verbs/products/import.ts";
import { type RefundOptions, refund } from "../../../cli/verbs/refund.ts";
import { type BookOptions, bookStock } from "../../../cli/verbs/stock-bookings.ts";
import { watchOrder } from "../../../cli/verbs/watch.ts";
import { type Stack, stackOf } from "../../../stacks/stack.ts";

/** What can't be seen on a stack that works. */
describe("The operators' command, with an API in trouble", () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let stack: Stack;
  const server = createServer((request, response) => answer(request, response));

  before("serve an API", async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outputs = { apiUrl: url, apiKey: "key", storefrontUrl: url, storefrontKey: "key", currency: "USD" };
    stack = stackOf("acme/orders/dev", outputs, { region: "us-east-1" });
  });

  after("end", () => server.close());

  it("says how to place an order once when nobody knows whether it was placed", async () => {
    const keys: unknown[] = [];
    answer = ({ headers }, response) => {
      keys.push(headers["idempotency-key"]);
      if (keys.length === 1) response.writeHead(502).end("oops");
      else response.destroy();
    };

    const made = await placeOrder(stack, {}).catch((error) => error);
    const given = await placeOrder(stack, {}, "basket-1").catch((error) => error);

    for (const [index, error] of [made, given].entries()) {
      expect(error).to.be.instanceOf(CommandFailure).and.to.include({ exitCode: EXIT.FAILED });
      expect(error.message).to.include(`try again with --key ${keys[index]}, which places it only once.`);
    }
    expect(made.message).to.match(/^POST \/orders answered 502: oops\n/);
    expect(given.message).to.match(/^The API can't be reached: /);
    expect(keys[1]).to.equal("basket-1");
  });

  it("says how to book stock once when nobody knows whether it was booked", async () => {
    const keys: unknown[] = [];
    answer = ({ headers }, response) => {
      keys.push(headers["idempotency-key"]);
      response.writeHead(503).end("{}");
    };
    const options = { delta: 100, reason: "RECEIVED" };
    const context = { options, stack: async () => stack } as unknown as Context<BookOptions>;

    const error = await bookStock(context, "MUG").catch((reason) => reason);

    expect(error).to.be.instanceOf(CommandFailure).and.to.include({ exitCode: EXIT.FAILED });
    expect(error.message).to.equal(
      `POST /products/MUG/stock answered 503: {}\nThe stock may have been booked: try again with --key ${keys[0]}, which books it only once.`,
    );
  });

  it("gives no such advice when the order was refused", async () => {
    answer = (_, response) => response.writeHead(403).end("{}");

    const error = await placeOrder(stack, {}).catch((reason) => reason);

    expect(error.message).to.equal("POST /orders answered 403: {}");
  });

  it("goes on watching while the API is away for a moment", async () => {
    const history = [{ status: "PENDING", at: "2026-03-02T09:41:00.000Z" }];
    const pending = { status: "PENDING", history };
    const completed = {
      status: "COMPLETED",
      history: [...history, { status: "COMPLETED", at: "2026-03-02T09:41:01Z" }],
    };
    const answers = [pending, undefined, completed];
    answer = (_, response) => {
      const body = answers.shift();
      response.writeHead(body ? 200 : 503).end(JSON.stringify(body ?? {}));
    };
    const told: string[] = [];

    const order = await watchOrder(stack.backOffice, "id", 60, ({ status }) => told.push(status));

    expect(order).to.include({ status: "COMPLETED" });
    expect(told).to.deep.equal(["PENDING", "COMPLETED"]);
  });

  it("says how to refund once when nobody knows whether it was recorded", async () => {
    let key: unknown;
    answer = ({ method, headers }, response) => {
      if (method === "GET") return response.end(JSON.stringify({ currency: "USD" }));
      key = headers["idempotency-key"];
      return response.destroy();
    };
    const options = { amount: 5, reason: "Scratched" };
    const context = { options, stack: async () => stack, confirm: async () => {} } as unknown as Context<RefundOptions>;

    const error = await refund(context, "0195c0de-5eed-7000-8000-000000000001").catch((reason) => reason);

    expect(error.message).to.include(`try again with --key ${key}, which refunds only once.`);
  });

  it("repeats an import's requests when the API says when, and goes on where it was interrupted", async () => {
    const asked: string[] = [];
    const busy = new Set(["GET", "PUT"]);
    answer = ({ method = "", url = "" }, response) => {
      asked.push(`${method} ${url.split("?")[0]}`);
      if (busy.delete(method)) response.writeHead(method === "GET" ? 429 : 503, { "retry-after": "0" }).end("{}");
      else if (url.endsWith("/B")) response.writeHead(500).end("{}");
      else response.end(JSON.stringify({ products: [] }));
    };
    const file = "productId,name,price,stock\nA,a,1,1\nB,b,1,1\n";

    const context = {
      options: { json: true },
      terminal: { stdin: Readable.from([Buffer.from(file)]) },
      stack: async () => stack,
    };
    const error = await importProducts(context as unknown as Context<object>, "-").catch((reason) => reason);

    const [first, ...writes] = [asked.slice(0, 2), ...asked.slice(2)];
    expect(first).to.deep.equal(["GET /products", "GET /products"]);
    expect(new Set(writes)).to.deep.equal(new Set(["PUT /products/A", "PUT /products/B"]));
    expect(writes).to.have.length(3);
    expect(error).to.be.instanceOf(CommandFailure).and.to.include({ exitCode: EXIT.FAILED });
    expect(error.message).to.equal(
      "Line 3, B: PUT /products/B answered 500: {}\n1 of 2 products written. Import the file again for the rest.",
    );
  });

  it("knows a stage by the last part of its stack's name, and says what the stack lacks", () => {
    expect(stack.stage).to.equal("dev");
    expect(() => stack.output("ordersTable")).to.throw(
      "The stack acme/orders/dev has no output ordersTable: deploy it first.",
    );
  });
});
