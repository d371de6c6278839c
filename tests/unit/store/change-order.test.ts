import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { changeOrder } from "../../../store/change-order.ts";
import { fromItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import type { OrdersTable } from "../../../store/table.ts";
import { MAX_ATTEMPTS } from "../../../store/transactions.ts";
import { PROCESSING_ORDER } from "../../support/processing-order.ts";
import { CONFLICT, cancelled, PASSED, REFUSED } from "./cancelled-transactions.ts";

const db: OrdersTable = { client: new DynamoDBClient(), table: "orders", shards: 1 };

/** What can't be brought about on an emulator. */
describe("Changing an order when others are in the way", () => {
  const database = mockClient(db.client);
  const complete = () => changeOrder(db, PROCESSING_ORDER.orderId, "trace", () => ({ status: "COMPLETED" }));
  const nameOf = (work: Promise<unknown>) => work.then(String, ({ name }: Error) => name);

  beforeEach(() => {
    database.reset();
    database.on(GetItemCommand).resolves({ Item: orderItem(db, PROCESSING_ORDER) });
    database.on(TransactWriteItemsCommand).resolves({});
  });

  after(() => database.restore());

  it("tries again after a conflict, and writes order and event together", async () => {
    database.on(TransactWriteItemsCommand).rejectsOnce(cancelled(CONFLICT, PASSED)).resolves({});

    const { order, isChanged } = await complete();

    expect(isChanged).to.equal(true);
    expect(order).to.include({ status: "COMPLETED", version: 3 });
    const [first, second] = database.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input);
    expect(second).to.deep.equal(first);
    const [update, event] = first?.TransactItems ?? [];
    expect(update?.Update?.UpdateExpression).to.include("REMOVE").and.include("#openShard");
    expect(fromItem<{ event: object }>(event?.Put?.Item ?? {}).event).to.include({ type: "OrderCompleted" });
  });

  it("gives up with Busy, whether conflicts last or the order changes again and again", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled(CONFLICT, PASSED));
    const conflicts = await nameOf(complete());
    database.on(TransactWriteItemsCommand).rejects(cancelled(REFUSED, PASSED));
    const changes = await nameOf(complete());

    expect([conflicts, changes]).to.deep.equal(["Busy", "Busy"]);
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(MAX_ATTEMPTS + 5);
  });

  it("passes on what it can't know about", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled({ Code: "ValidationError" }, PASSED));

    expect(await nameOf(complete())).to.equal("TransactionCanceledException");
  });
});
