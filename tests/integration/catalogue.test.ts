import { randomUUID } from "node:crypto";
import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { putProduct } from "../../store/products.ts";
import { placeDirectly } from "../support/fulfilment.ts";
import { useTable } from "../support/table.ts";
import { STEPS } from "../support/workflow.ts";

const MUG = { name: "Mug", price: 10 };

/** What can't be brought about from outside: networks that lose and repeat, and puts that meet. */
describe("A product's put", () => {
  const table = useTable();
  /** The writes that left for DynamoDB, as they were. */
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

  async function order(pieces: number): Promise<void> {
    const orderId = await placeDirectly({ MUG: pieces });
    await STEPS.BeginOrder({ orderId });
    await STEPS.ReserveStock({ orderId });
  }

  async function stored() {
    const items = await table().items();
    return items.find(({ sk }) => sk === "MUG");
  }

  /** Does something instead of the next write's way through the network. */
  function onNextWrite(happen: (write: () => Promise<unknown>) => Promise<unknown>): void {
    let isOver = false;
    db.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (isOver || commandName !== "UpdateItemCommand") return next(args);
          isOver = true;
          return (await happen(() => next(args))) as Awaited<ReturnType<typeof next>>;
        },
      { step: "finalizeRequest", priority: "low", name: "network" },
    );
  }

  it("leaves what orders take meanwhile out of the stock, unless it says a stock", async () => {
    await putProduct(db, "MUG", { ...MUG, stock: 10 });
    await order(4);

    const cheaper = await putProduct(db, "MUG", { ...MUG, price: 8 });
    const counted = await putProduct(db, "MUG", { ...MUG, price: 8, stock: 7 });

    const mug = { productId: "MUG", name: "Mug", price: 8 };
    expect(cheaper).to.deep.equal({ product: { ...mug, stock: 6 }, isNew: false });
    expect(counted).to.deep.equal({ product: { ...mug, stock: 7 }, isNew: false });
  });

  it("does nothing when it arrives once more, after orders were served from the stock", async () => {
    await putProduct(db, "MUG", { ...MUG, stock: 10 });
    await putProduct(db, "MUG", { ...MUG, stock: 20 });
    await order(4);

    const copies = await Promise.allSettled(sent.slice(0, 2).map((put) => db.client.send(new UpdateItemCommand(put))));

    expect(copies.map((copy) => copy.status === "rejected" && copy.reason.name)).to.deep.equal(
      Array(2).fill("ConditionalCheckFailedException"),
    );
    expect(await stored()).to.include({ stock: 16 });
  });

  it("counts once when the answer to it got lost, and tells the same", async () => {
    onNextWrite(async (write) => {
      await write();
      throw Object.assign(new Error("gone"), { code: "ECONNRESET", name: "TimeoutError" });
    });

    const answer = await putProduct(db, "MUG", { ...MUG, stock: 3 });

    expect(answer).to.deep.equal({ product: { productId: "MUG", ...MUG, stock: 3 }, isNew: true });
    expect(await stored()).to.include({ stock: 3 });
  });

  it("is decided anew when another put comes in between", async () => {
    onNextWrite(async (write) => {
      await putProduct(db, "MUG", { name: "Cup", price: 5, stock: 9 });
      return write();
    });

    const answer = await putProduct(db, "MUG", { ...MUG, stock: 3 });

    expect(answer).to.deep.equal({ product: { productId: "MUG", ...MUG, stock: 3 }, isNew: false });
  });

  it("needs a stock for a product that is not there, and then writes nothing", async () => {
    const problem = await putProduct(db, randomUUID(), MUG).catch((problem) => problem);

    expect(problem).to.include({ problem: "validation", status: 400 });
    expect(problem.errors).to.have.lengthOf(1).and.have.nested.property("[0].pointer", "/stock");
    expect(await table().items()).to.deep.equal([]);
  });
});
