import { expect } from "chai";
import fc from "fast-check";
import { cancel, updateStatus } from "../../../domain/back-office.ts";
import { canBecome, ORDER_STATUSES, type OrderStatus } from "../../../domain/lifecycle.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { Problem } from "../../../domain/problem.ts";

const AT = "2026-01-15T10:30:00.000Z";

function anOrder(status: OrderStatus, cancelRequestedAt?: string): Order {
  const order = newOrder(
    "id",
    AT,
    { customerEmail: "ada@example.com", items: [] },
    { lines: [], totalMinor: 0, currency: "USD" },
  );
  return { ...order, status, ...(cancelRequestedAt !== undefined && { cancelRequestedAt }) };
}

/** The decision: a change, nothing to do, or a problem. */
function outcome(decide: () => object | undefined): string {
  try {
    return decide() ? "changes" : "nothing";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.status} ${error.problem}`;
  }
}

describe("The back office", () => {
  it("ships completed orders and delivers shipped ones, and can repeat that", () => {
    for (const status of ORDER_STATUSES) {
      const shipped = { COMPLETED: "changes", SHIPPED: "nothing" }[status as string] ?? "409 wrong-status";
      const delivered = { SHIPPED: "changes", DELIVERED: "nothing" }[status as string] ?? "409 wrong-status";

      expect(
        outcome(() => updateStatus(anOrder(status), { status: "SHIPPED" })),
        status,
      ).to.equal(shipped);
      expect(
        outcome(() => updateStatus(anOrder(status), { status: "DELIVERED" })),
        status,
      ).to.equal(delivered);
    }
  });

  it("doesn't ship an order with a requested cancellation", () => {
    const order = anOrder("COMPLETED", AT);

    expect(() => updateStatus(order, { status: "SHIPPED" })).to.throw(Problem, "is being cancelled");
  });

  it("cancels orders until they are shipped or have failed, and can repeat that", () => {
    const cancellable: OrderStatus[] = ["PENDING", "PROCESSING", "COMPLETED"];
    for (const status of ORDER_STATUSES) {
      const first = cancellable.includes(status) ? "changes" : status === "CANCELLED" ? "nothing" : "409 wrong-status";

      expect(
        outcome(() => cancel(anOrder(status))),
        status,
      ).to.equal(first);
      if (cancellable.includes(status))
        expect(
          outcome(() => cancel(anOrder(status, AT))),
          status,
        ).to.equal("nothing");
    }
  });

  it("never decides against the lifecycle", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ORDER_STATUSES), fc.constantFrom("SHIPPED", "DELIVERED"), (from, status) => {
        if (outcome(() => updateStatus(anOrder(from), { status })) === "changes") {
          expect(canBecome(from, status)).to.equal(true);
        }
        if (outcome(() => cancel(anOrder(from))) === "changes") expect(canBecome(from, "CANCELLED")).to.equal(true);
      }),
    );
  });
});
