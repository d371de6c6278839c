import { expect } from "chai";
import { blockingFailure, isUndone, nextAction } from "../../../domain/fulfilment.ts";
import { ORDER_STATUSES } from "../../../domain/lifecycle.ts";
import { newOrder } from "../../../domain/order.ts";

const AT = "2030-01-01T00:00:00.000Z";
const ORDER = newOrder("an order", AT, { customerEmail: "jo@example.com", items: [] }, { lines: [], totalMinor: 0 });

describe("Fulfilling an order", () => {
  it("has a next action for each status, and allows forward steps only while PROCESSING", () => {
    const actions = ORDER_STATUSES.map((status) => [
      status,
      nextAction({ ...ORDER, status }),
      nextAction({ ...ORDER, status, cancelRequestedAt: AT }),
      blockingFailure({ ...ORDER, status })?.name,
      blockingFailure({ ...ORDER, status, cancelRequestedAt: AT })?.name,
    ]);

    expect(actions).to.deep.equal([
      ["PENDING", "FULFIL", "COMPENSATE", "Fenced", "CancelRequested"],
      ["PROCESSING", "FULFIL", "COMPENSATE", undefined, "CancelRequested"],
      ["COMPLETED", "NOTHING", "COMPENSATE", "Fenced", "CancelRequested"],
      ["SHIPPED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["DELIVERED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["FAILED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
      ["CANCELLED", "NOTHING", "NOTHING", "Fenced", "CancelRequested"],
    ]);
  });

  it("is undone only if both the payment is voided and the stock released", () => {
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
});
