import { GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { readEvent, statusEvent, toEvent } from "../../../domain/events.ts";
import { Failure } from "../../../domain/failure.ts";
import { FAILURE_REASONS, failureReasonFor, reasonSentence } from "../../../domain/failure-reasons.ts";
import { isUndone, obstacleOf, wayOf } from "../../../domain/fulfilment.ts";
import { canBecome, ORDER_STATUSES } from "../../../domain/lifecycle.ts";
import type { Order } from "../../../domain/order.ts";
import { applyChange } from "../../../domain/order-change.ts";
import { step } from "../../../handlers/lib/step.ts";
import { changeOrder } from "../../../store/change-order.ts";
import { dynamodb } from "../../../store/client.ts";
import { fromItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { CONFLICT, cancelled, PASSED, REFUSED } from "./cancelled-transactions.ts";

const AT = "2030-01-01T00:00:00.000Z";
const ORDER: Order = {
  orderId: "0192c1a0-0000-7000-8000-000000000001",
  status: "PROCESSING",
  version: 2,
  items: [{ productId: "A", name: "A", quantity: 1, unitPriceMinor: 1_000 }],
  totalMinor: 1_000,
  currency: "USD",
  customerEmail: "jo@example.com",
  createdAt: "2029-12-31T23:59:58.000Z",
  updatedAt: "2029-12-31T23:59:59.000Z",
  history: [
    { status: "PENDING", at: "2029-12-31T23:59:58.000Z" },
    { status: "PROCESSING", at: "2029-12-31T23:59:59.000Z" },
  ],
};
const anyStatus = fc.constantFrom(...ORDER_STATUSES);

describe("What becomes of an order", () => {
  it("follows the lifecycle, raises the version, and adds to the history", () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, fc.constantFrom(...FAILURE_REASONS), (from, status, failureReason) => {
        const order = { ...ORDER, status: from };
        const change = () => applyChange(order, status === "FAILED" ? { status, failureReason } : { status }, AT);

        if (!canBecome(from, status)) {
          expect(change).to.throw(`is ${from} and can't become ${status}`);
          return;
        }
        const next = change();

        expect(next).to.include({ status, version: 3, updatedAt: AT });
        const reason = status === "FAILED" ? { reason: reasonSentence(failureReason) } : {};
        expect(next.history).to.deep.equal([...order.history, { status, at: AT, ...reason }]);
      }),
    );
  });

  it("keeps its status and history when somebody asks to cancel it", () => {
    const next = applyChange(ORDER, { cancelRequested: true }, AT);

    expect(next).to.deep.equal({ ...ORDER, version: 3, updatedAt: AT, cancelRequestedAt: AT });
  });

  it("is fulfilled, undone or left alone, and goes on only where it is fulfilled", () => {
    const ways = ORDER_STATUSES.map((status) => [
      status,
      wayOf({ ...ORDER, status }),
      wayOf({ ...ORDER, status, cancelRequestedAt: AT }),
      obstacleOf({ ...ORDER, status })?.name,
      obstacleOf({ ...ORDER, status, cancelRequestedAt: AT })?.name,
    ]);

    expect(ways).to.deep.equal([
      ["PENDING", "FULFIL", "COMPENSATE", "Fenced", "CancelRequested"],
      ["PROCESSING", "FULFIL", "COMPENSATE", undefined, "CancelRequested"],
      ["COMPLETED", "NOTHING", "COMPENSATE", "Fenced", "CancelRequested"],
      ["SHIPPED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["DELIVERED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["FAILED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["CANCELLED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
    ]);
  });

  it("is undone only when both payment and stock are, for good", () => {
    const payments = (["CHARGING", "CHARGED", "VOIDING", "VOIDED"] as const).map((status) => ({
      status,
      amountMinor: 1,
    }));
    const undone = payments.flatMap((payment) =>
      (["RESERVED", "RELEASED"] as const)
        .filter((status) => isUndone({ order: ORDER, payment, reservation: { status } }))
        .map((status) => [payment.status, status]),
    );

    expect(undone).to.deep.equal([["VOIDED", "RELEASED"]]);
    expect(isUndone({ order: ORDER })).to.equal(false);
  });

  it("has a reason for every error that can end its way", () => {
    const names = ["OutOfStock", "PaymentDeclined", "InsufficientFunds", "GatewayError", "States.Timeout", ""];

    expect(names.map(failureReasonFor)).to.deep.equal([...FAILURE_REASONS, "INTERNAL"]);
    expect(["toString", "constructor", "__proto__"].map(failureReasonFor)).to.deep.equal(Array(3).fill("INTERNAL"));
  });
});

describe("Events", () => {
  it("are read as they were written", () => {
    const event = statusEvent({ ...ORDER, status: "FAILED", failureReason: "OUT_OF_STOCK", customerId: "C" }, "trace");

    expect(event).to.include({ type: "OrderFailed", reason: "OUT_OF_STOCK", version: 2, correlationId: "trace" });
    expect(readEvent(JSON.stringify(event))).to.deep.equal(event);
  });

  it("are told from everything else", () => {
    expect(readEvent("{")).to.equal(undefined);
    expect(readEvent("{}")).to.equal(undefined);
    expect(toEvent({ ...statusEvent(ORDER, "trace"), type: "OrderEaten" })).to.equal(undefined);
    fc.assert(fc.property(fc.anything(), (value) => toEvent(value) === undefined));
  });
});

/** What can't be brought about on an emulator. */
describe("Changing an order when others are in the way", () => {
  const database = mockClient(dynamodb);
  const complete = () => changeOrder(ORDER.orderId, "trace", () => ({ status: "COMPLETED" }));
  const nameOf = (work: Promise<unknown>) => work.then(String, ({ name }: Error) => name);

  before(() => {
    process.env.ORDERS_TABLE = "orders";
    process.env.LIST_SHARDS = "1";
  });

  beforeEach(() => {
    database.reset();
    database.on(GetItemCommand).resolves({ Item: orderItem(ORDER) });
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
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(10);
  });

  it("passes on what it can't know about", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled({ Code: "ValidationError" }, PASSED));

    expect(await nameOf(complete())).to.equal("TransactionCanceledException");
  });
});

describe("A step of the workflow", () => {
  const input = { orderId: ORDER.orderId, error: { Error: "OutOfStock", Cause: "{}" } };

  useCapturedLogs();

  it("gets order id, correlation id and the error that came before", async () => {
    const seen: unknown[] = [];
    const handler = step("test", async (input) => {
      seen.push(input);
      return { outcome: "done" };
    });

    await handler(input);
    await handler({ ...input, error: undefined, correlationId: "trace" });

    const { orderId } = ORDER;
    expect(seen).to.deep.equal([
      { orderId, correlationId: orderId, error: "OutOfStock" },
      { orderId, correlationId: "trace" },
    ]);
  });

  it("throws errors by the names that the workflow matches on", async () => {
    const handler = step("test", async () => {
      throw new Failure("OutOfStock", "There is too little stock of A.");
    });

    const error = await handler(input).catch((error: Error) => error);

    expect(error).to.include({ name: "OutOfStock", message: "There is too little stock of A." });
  });
});
