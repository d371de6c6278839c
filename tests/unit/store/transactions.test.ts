import {
  type CancellationReason,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { newOrder, type Order } from "../../../domain/order.ts";
import { changeOrder } from "../../../store/change-order.ts";
import { partIs } from "../../../store/fulfilment.ts";
import { toItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { beginCharge, beginVoid } from "../../../store/payments.ts";
import { releaseStock } from "../../../store/stock.ts";
import type { OrdersTable } from "../../../store/table.ts";
import { MAX_ATTEMPTS } from "../../../store/transactions.ts";
import { CONFLICT, cancelled, PASSED, REFUSED } from "./cancelled-transactions.ts";

const db: OrdersTable = { client: new DynamoDBClient(), table: "orders", shards: 1 };
const ORDER_ID = "0192c1a0-0000-7000-8000-000000000001";
const LINES = ["A", "B"].map((productId) => ({ productId, name: productId, quantity: 1, unitPriceMinor: 1_000 }));
const ORDER: Order = {
  ...newOrder(
    ORDER_ID,
    "2030-01-01T00:00:00.000Z",
    { customerEmail: "jo@example.com", items: [] },
    {
      lines: LINES,
      totalMinor: 2_000,
      currency: "USD",
    },
  ),
  status: "PROCESSING",
};

/** A condition that failed on this item. */
function refusedOn(item: object): CancellationReason {
  return { ...REFUSED, Item: toItem(item) };
}

/**
 * Another execution of the same order has written some of the items that this one wants to write, and is still about to
 * write others: DynamoDB refuses the former and reports a conflict on the latter. No emulator does so.
 */
describe("A transaction that meets another one half done", () => {
  const database = mockClient(db.client);
  const attempts = () => database.commandCalls(TransactWriteItemsCommand).length;
  const nameOf = (work: Promise<unknown>) => work.then(String, ({ name }: Error) => name);

  beforeEach(() => {
    database.reset();
    database.on(GetItemCommand).resolves({ Item: orderItem(db, ORDER) });
  });

  after(() => database.restore());

  /** What the attempts come to, one after the other; the last of them again and again. */
  function answers(...all: CancellationReason[][]): void {
    const failures = all.map((reasons) => cancelled(...reasons));
    const last = failures.pop();
    const handler = database.on(TransactWriteItemsCommand);
    for (const failure of failures) handler.rejectsOnce(failure);
    handler.rejects(last);
  }

  it("says Busy when it can't be told why the condition failed", async () => {
    answers([CONFLICT, REFUSED]);

    expect(await nameOf(beginVoid(db, ORDER, "OUT_OF_STOCK"))).to.equal("Busy");
    expect(attempts()).to.equal(MAX_ATTEMPTS);
  });

  it("does not miss a catalogue's product while the stock is being given back", async () => {
    answers([CONFLICT, REFUSED, PASSED], [REFUSED, REFUSED, PASSED]);

    expect(await releaseStock(db, ORDER, { status: "RESERVED" })).to.equal(false);
  });

  it("finds the payment charged, and not its order's way at an end", async () => {
    const completed = refusedOn({ ...ORDER, status: "COMPLETED" });
    answers([CONFLICT, completed], [refusedOn({ status: "CHARGED", amountMinor: 2_000 }), completed]);

    const record = await beginCharge(db, ORDER, "simulated");

    expect(record).to.include({ status: "CHARGED" });
  });

  it("leaves a payment alone whose order came through", async () => {
    answers([CONFLICT, REFUSED], [PASSED, REFUSED]);

    expect(await beginVoid(db, ORDER, "UNAVAILABLE")).to.equal(false);
    expect(attempts()).to.equal(2);
  });

  it("reports at once what no transaction in progress can change", async () => {
    answers([REFUSED, CONFLICT]);

    expect(await beginVoid(db, ORDER, "OUT_OF_STOCK")).to.equal(false);
    expect(attempts()).to.equal(1);
  });

  it("decides anew when the order changed, before it looks at what belongs to it", async () => {
    let reads = 0;
    answers([CONFLICT, PASSED, REFUSED], [REFUSED, PASSED, CONFLICT]);

    const { isChanged } = await changeOrder(db, ORDER_ID, "trace", () =>
      reads++ === 0 ? { status: "COMPLETED", with: [partIs(db, ORDER_ID, "PAYMENT", "CHARGED")] } : undefined,
    );

    expect(isChanged).to.equal(false);
    expect(attempts()).to.equal(2);
  });
});
