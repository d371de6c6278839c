import { expect } from "chai";
import { isUndone, mayProceed, nextAction } from "../../../domain/fulfilment.ts";
import { ORDER_STATUSES } from "../../../domain/lifecycle.ts";
import { newOrder } from "../../../domain/order.ts";
import { applyChange } from "../../../domain/order-change.ts";

const AT = "2030-01-01T00:00:00.000Z";
const ORDER = newOrder(
  "an order",
  AT,
  { customerEmail: "jo@example.com", items: [] },
  { lines: [], totalMinor: 0, currency: "USD" },
);

describe("Fulfilling an order", () => {
  it("has a next action for each status, and allows forward steps only while PROCESSING", () => {
    const actions = ORDER_STATUSES.map((status) => [
      status,
      nextAction({ ...ORDER, status }),
      nextAction({ ...ORDER, status, cancelRequestedAt: AT }),
      mayProceed({ ...ORDER, status }),
      mayProceed({ ...ORDER, status, cancelRequestedAt: AT }),
    ]);

    expect(actions).to.deep.equal([
      ["PENDING", "FULFIL", "COMPENSATE", false, false],
      ["PROCESSING", "FULFIL", "COMPENSATE", true, false],
      ["COMPLETED", "NOTHING", "COMPENSATE", false, false],
      ["SHIPPED", "NOTHING", "NOTHING", false, false],
      ["DELIVERED", "NOTHING", "NOTHING", false, false],
      ["FAILED", "NOTHING", "NOTHING", false, false],
      ["CANCELLED", "NOTHING", "NOTHING", false, false],
    ]);
  });

  it("has nothing to do for a parked order until a change gives it something", () => {
    const parked = { ...ORDER, attention: { since: AT, reason: "CHARGE_UNKNOWN" } } as const;

    const cancelled = applyChange(parked, { cancelRequested: true }, AT);

    expect(nextAction(parked)).to.equal("NOTHING");
    expect(nextAction(cancelled)).to.equal("COMPENSATE");
    expect(cancelled).to.not.have.property("attention");
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
