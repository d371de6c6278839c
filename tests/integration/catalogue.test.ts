import { randomUUID } from "node:crypto";
import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { putProduct } from "../../store/products.ts";
import { placeDirectly, useLocalTable } from "../support/in-process.ts";
import { runSteps } from "../support/workflow.ts";

const MUG = { name: "Mug", price: 10 };

/** Cases that can't be provoked through the API: lost and duplicated requests, and concurrent puts. */
describe("Putting a product", () => {
  const table = useLocalTable();
  /** The writes sent to DynamoDB. */
  let sent: UpdateItemCommandInput[];

  before(() => {
    db.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "UpdateItemCommand") sent.push(args.input as UpdateItemCommandInput);
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

  async function order(units: number): Promise<void> {
    const orderId = await placeDirectly({ MUG: units });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
  }

  /** Replaces the transmission of the next write. */
  function onNextWrite(transmit: (write: () => Promise<unknown>) => Promise<unknown>): void {
    let isOver = false;
    db.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (isOver || commandName !== "UpdateItemCommand") return next(args);
          isOver = true;
          return (await transmit(() => next(args))) as Awaited<ReturnType<typeof next>>;
        },
      { step: "finalizeRequest", priority: "low", name: "network" },
    );
  }

  it("keeps the stock that orders have reduced, unless it sets a stock", async () => {
    await putProduct(db, "MUG", { ...MUG, stock: 10 });
    await order(4);

    const cheaper = await putProduct(db, "MUG", { ...MUG, price: 8 });
    const counted = await putProduct(db, "MUG", { ...MUG, price: 8, stock: 7 });

    const mug = { productId: "MUG", name: "Mug", price: 8 };
    expect(cheaper).to.deep.equal({ product: { ...mug, stock: 6 }, isNew: false });
    expect(counted).to.deep.equal({ product: { ...mug, stock: 7 }, isNew: false });
  });

  it("has no effect if the write arrives again after orders have reduced the stock", async () => {
    await putProduct(db, "MUG", { ...MUG, stock: 10 });
    await putProduct(db, "MUG", { ...MUG, stock: 20 });
    await order(4);

    const copies = await Promise.allSettled(sent.slice(0, 2).map((put) => db.client.send(new UpdateItemCommand(put))));

    expect(copies.map((copy) => copy.status === "rejected" && copy.reason.name)).to.deep.equal(
      Array(2).fill("ConditionalCheckFailedException"),
    );
    expect(await table().stockOf("MUG")).to.equal(16);
  });

  it("takes effect once if DynamoDB's response is lost, and returns the same result", async () => {
    onNextWrite(async (write) => {
      await write();
      throw Object.assign(new Error("The response is lost."), { code: "ECONNRESET", name: "TimeoutError" });
    });

    const response = await putProduct(db, "MUG", { ...MUG, stock: 3 });

    expect(response).to.deep.equal({ product: { productId: "MUG", ...MUG, stock: 3 }, isNew: true });
    expect(await table().stockOf("MUG")).to.equal(3);
  });

  it("is retried after a concurrent put", async () => {
    onNextWrite(async (write) => {
      await putProduct(db, "MUG", { name: "Cup", price: 5, stock: 9 });
      return write();
    });

    const response = await putProduct(db, "MUG", { ...MUG, stock: 3 });

    expect(response).to.deep.equal({ product: { productId: "MUG", ...MUG, stock: 3 }, isNew: false });
  });

  it("is refused for a new product without a stock, and writes nothing", async () => {
    const problem = await putProduct(db, randomUUID(), MUG).catch((problem) => problem);

    expect(problem).to.include({ problem: "validation", status: 400 });
    expect(problem.errors).to.have.lengthOf(1).and.have.nested.property("[0].pointer", "/stock");
    expect(await table().items()).to.deep.equal([]);
  });
});
