import {
  type QueryCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { handler as bookStock } from "../../handlers/book-stock.ts";
import { db } from "../../handlers/lib/db.ts";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { resume } from "../../store/attention.ts";
import { checkStock, isOverwritten } from "../../store/stock-check.ts";
import { book, placeDirectly, ship, useLocalTable } from "../support/in-process.ts";
import { runSteps } from "../support/workflow.ts";

const MUG = { name: "Mug", price: 10 };

/** Cases that can't be provoked through the API: lost and duplicated requests, and concurrent changes. */
describe("Describing a product", () => {
  const table = useLocalTable();
  /** The transactions sent to DynamoDB. */
  let sent: TransactWriteItemsCommandInput[];

  before(() => {
    db.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "TransactWriteItemsCommand") sent.push(args.input as TransactWriteItemsCommandInput);
          return next(args);
        },
      { step: "initialize", name: "sent" },
    );
  });

  beforeEach(async () => {
    await table().renew();
    sent = [];
  });

  afterEach(() => db.client.middlewareStack.remove("network"));
  after(() => db.client.middlewareStack.remove("sent"));

  async function put(body: object, headers = {}): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await putProduct({ pathParameters: { productId: "MUG" }, headers, body });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  async function patch(body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await putProduct({ httpMethod: "PATCH", pathParameters: { productId: "MUG" }, body });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  /** Replaces the transmission of the next transaction. */
  function onNextWrite(transmit: (write: () => Promise<unknown>) => Promise<unknown>): void {
    let isOver = false;
    db.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (isOver || commandName !== "TransactWriteItemsCommand") return next(args);
          isOver = true;
          return (await transmit(() => next(args))) as Awaited<ReturnType<typeof next>>;
        },
      { step: "finalizeRequest", priority: "low", name: "network" },
    );
  }

  it("keeps the stock that orders have reduced", async () => {
    await put({ ...MUG, stock: 10 });
    await runSteps(await placeDirectly({ MUG: 4 }), "BeginOrder", "ReserveStock");

    const cheaper = await put({ ...MUG, price: 8 });

    expect(cheaper.status).to.equal(200);
    expect(cheaper.body).to.include({ price: 8, stock: 6, onHand: 10, reserved: 4 });
  });

  it("has no effect if the write arrives again after another change", async () => {
    await put({ ...MUG, stock: 10 });
    await put({ ...MUG, price: 8 });
    await put({ ...MUG, price: 9 });

    // As a copy in the network that outlives DynamoDB's memory of its token.
    const copies = sent.map(({ ClientRequestToken, ...write }) => db.client.send(new TransactWriteItemsCommand(write)));
    const results = await Promise.allSettled(copies.slice(0, 2));

    expect(results.map((copy) => copy.status === "rejected" && copy.reason.name)).to.deep.equal(
      Array(2).fill("TransactionCanceledException"),
    );
    expect((await patch({})).body).to.include({ price: 9, stock: 10 });
  });

  it("takes effect once if DynamoDB's response is lost, and returns the same result", async () => {
    onNextWrite(async (write) => {
      await write();
      throw Object.assign(new Error("The response is lost."), { code: "ECONNRESET", name: "TimeoutError" });
    });

    const { status, body } = await put({ ...MUG, stock: 3 });

    expect(status).to.equal(201);
    const counters = { stock: 3, onHand: 3, reserved: 0 };
    expect(body).to.deep.equal({ productId: "MUG", ...MUG, currency: "USD", active: true, ...counters });
    expect(await table().partition("STOCK#MUG")).to.have.lengthOf(1);
  });

  it("decides anew after a concurrent change, and loses nothing of it", async () => {
    await put({ ...MUG, stock: 3 });
    onNextWrite(async (write) => {
      await patch({ description: "For tea." });
      return write();
    });

    const { body } = await patch({ price: 12 });

    expect(body).to.include({ price: 12, description: "For tea." });
  });

  it("refuses a new product that was added in the meantime with stock of its own", async () => {
    onNextWrite(async (write) => {
      await put({ name: "Cup", price: 5, stock: 9 });
      return write();
    });

    const { status } = await put({ ...MUG, stock: 3 });

    expect(status).to.equal(422);
    expect((await patch({})).body).to.include({ name: "Cup", stock: 9, onHand: 9 });
  });

  it("keeps the latest version of a long description out of the item that orders write", async () => {
    await put({ ...MUG, stock: 1, description: "Long. ".repeat(300), image: "/mug.webp" });

    const removed = await patch({ description: null });

    expect(removed.body).to.include({ image: "/mug.webp" }).and.not.have.property("description");
    expect((await table().partition("PRODUCTS"))[0]).to.not.have.any.keys("description", "image");
  });
});

describe("A check of the stock", () => {
  const table = useLocalTable();

  beforeEach(async () => {
    await table().renew();
    await putProduct({ pathParameters: { productId: "MUG" }, body: { ...MUG, stock: 10 } });
  });

  it("names products of which more is sold than there is, and those that are gone", async () => {
    await runSteps(await placeDirectly({ MUG: 4 }), "BeginOrder", "ReserveStock");
    await book("MUG", { delta: -8, reason: "DAMAGED" });
    const oversold = await checkStock(db);
    await table().delete({ pk: "PRODUCTS", sk: "MUG" });

    const gone = await checkStock(db);

    const right = { differences: [], busy: [], oversold: [], missing: [] };
    expect(oversold).to.deep.equal({ ...right, products: 1, oversold: ["MUG"] });
    expect(gone).to.deep.equal({ ...right, products: 0, missing: ["MUG"] });
  });

  it("tells stock that version 0.1 set, which wrote the available units alone", async () => {
    await table().setStock("MUG", 110);

    const { differences } = await checkStock(db);

    expect(differences.map(isOverwritten)).to.deep.equal([true]);
    expect(differences[0]).to.deep.include({ stored: { stock: 110, onHand: 10 }, expected: { stock: 10, onHand: 10 } });
  });
});

describe("Booking stock", () => {
  const table = useLocalTable();

  beforeEach(async () => {
    await table().renew();
    await putProduct({ pathParameters: { productId: "MUG" }, body: { ...MUG, stock: 10 } });
  });

  it("books once for requests with one key at the same time", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 5 }, () => book("MUG", { delta: 5, reason: "RECEIVED" }, "delivery-1")),
    );

    expect(statuses).to.deep.equal(Array(5).fill(201));
    expect(await table().stockOf("MUG")).to.equal(15);
    expect(await table().partition("STOCK#MUG")).to.have.lengthOf(2);
  });

  it("books everything of concurrent requests with keys of their own", async () => {
    const statuses = await Promise.all(Array.from({ length: 4 }, () => book("MUG", { delta: 5, reason: "RECEIVED" })));

    expect(statuses).to.deep.equal(Array(4).fill(201));
    expect(await table().stockOf("MUG")).to.equal(30);
  });

  it("flags the latest orders that can't be shipped after goods broke, as many as it takes", async () => {
    const [first, second, third] = [await completed(4), await completed(3), await completed(2)];

    const status = await book("MUG", { delta: -5, reason: "DAMAGED" });

    expect(status).to.equal(201);
    expect(await table().stockOf("MUG")).to.equal(-4);
    const reasons = await Promise.all([first, second, third].map(attentionOf));
    expect(reasons).to.deep.equal([undefined, "SHORT", "SHORT"]);
  });

  it("flags the orders that go without when one that is short is shipped all the same, also if it is told twice", async () => {
    const [first, second] = [await completed(5), await completed(5)];
    await book("MUG", { delta: -5, reason: "DAMAGED" });

    await ship(second);
    const flagged = await attentionOf(first);
    await resume(db, first); // as if the first answer had been lost before it was flagged
    await ship(second);

    expect([flagged, await attentionOf(first)]).to.deep.equal(["SHORT", "SHORT"]);
  });

  it("flags them although the index still lists the shipped order as completed", async () => {
    const [first, second] = [await completed(5), await completed(5)];
    const lists = new Map<string, Promise<unknown>>();
    db.client.middlewareStack.add(
      (next) => (args) => {
        const { IndexName } = args.input as QueryCommandInput;
        const key = JSON.stringify(args.input);
        if (IndexName === "byStatus" && !lists.has(key)) lists.set(key, next(args));
        return (lists.get(key) ?? next(args)) as ReturnType<typeof next>;
      },
      { step: "initialize", name: "lag" },
    );
    await book("MUG", { delta: -5, reason: "DAMAGED" });

    await ship(second).finally(() => db.client.middlewareStack.remove("lag"));

    expect(await attentionOf(first)).to.equal("SHORT");
  });

  it("goes on after more was shipped than was known to be there", async () => {
    const orderId = await completed(10);
    await book("MUG", { delta: -2, reason: "DAMAGED" });
    await ship(orderId);

    const statuses = [
      await book("MUG", { delta: 1, reason: "RECEIVED" }),
      await book("MUG", { delta: -1, reason: "DAMAGED" }),
      await book("MUG", { count: 0, expected: -1, reason: "COUNTED" }),
    ];

    expect(statuses).to.deep.equal([201, 409, 201]);
    expect(await table().stockOf("MUG")).to.equal(0);
  });

  it("says how many orders are short, also when it is repeated", async () => {
    await completed(6);
    const request = {
      pathParameters: { productId: "MUG" },
      headers: { "Idempotency-Key": "breakage-1" },
      body: { delta: -5, reason: "DAMAGED" },
    };

    const answers = [await bookStock(request), await bookStock(request)].map(({ body }) => JSON.parse(body));

    expect(answers[0]).to.include({ delta: -5, onHand: 5, shortOrders: 1 });
    expect(answers[1]).to.deep.equal(answers[0]);
  });

  it("keeps the flag of an order that was still in progress when it completes", async () => {
    const orderId = await placeDirectly({ MUG: 4 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    await book("MUG", { delta: -10, reason: "DAMAGED" });

    await runSteps(orderId, "ChargePayment", "CompleteOrder");

    expect((await table().records(orderId)).order).to.include({ status: "COMPLETED" });
    expect(await attentionOf(orderId)).to.equal("SHORT");
  });

  async function completed(units: number): Promise<string> {
    const orderId = await placeDirectly({ MUG: units });
    await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
    return orderId;
  }

  async function attentionOf(orderId: string): Promise<string | undefined> {
    return (await table().records(orderId)).order.attention?.reason;
  }
});
