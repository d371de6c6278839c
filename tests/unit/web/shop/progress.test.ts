import { expect } from "chai";
import { ORDER_STATUSES, type OrderStatus } from "../../../../domain/lifecycle.ts";
import { progressOf } from "../../../../web/shop/progress.ts";

/** An order with this history. */
function order(...statuses: OrderStatus[]) {
  const history = statuses.map((status, index) => ({ status, at: `2026-01-15T10:30:0${index}.000Z` }));
  return { status: statuses.at(-1) ?? "PENDING", history };
}

const states = (...statuses: OrderStatus[]) => progressOf(order(...statuses)).steps.map(({ state }) => state);

describe("An order's progress", () => {
  it("shows the current step, and those ahead", () => {
    expect(states("PENDING")).to.deep.equal(["current", "ahead", "ahead", "ahead", "ahead"]);
    expect(states("PENDING", "PROCESSING")).to.deep.equal(["done", "current", "ahead", "ahead", "ahead"]);
    expect(states("PENDING", "PROCESSING", "COMPLETED")).to.deep.equal(["done", "done", "current", "ahead", "ahead"]);
    expect(states("PENDING", "PROCESSING", "COMPLETED", "SHIPPED", "DELIVERED")).to.deep.equal(Array(5).fill("done"));
  });

  it("ends when the order failed or was cancelled", () => {
    expect(states("PENDING", "PROCESSING", "FAILED")).to.deep.equal(["done", "done", "failed"]);
    expect(states("PENDING", "CANCELLED")).to.deep.equal(["done", "failed"]);
    expect(states("PENDING", "PROCESSING", "COMPLETED", "CANCELLED")).to.deep.equal(["done", "done", "done", "failed"]);
  });

  it("shows the API's reason for a failure", () => {
    const failed = order("PENDING", "PROCESSING", "FAILED");
    const reason = "A product in this order is sold out. You have not been charged.";
    const history = failed.history.map((change) => (change.status === "FAILED" ? { ...change, reason } : change));

    const { text, tone } = progressOf({ ...failed, history });

    expect(text).to.equal(reason);
    expect(tone).to.equal("bad");
  });

  it("says that a parked order is being looked into, and keeps its steps", () => {
    const parked = { ...order("PENDING", "PROCESSING"), attention: { since: "2026-01-16T10:30:00.000Z" } };

    const { headline, steps } = progressOf(parked);

    expect(headline).to.equal("We are looking into your order.");
    expect(steps.map(({ state }) => state)).to.deep.equal(states("PENDING", "PROCESSING"));
  });

  it("says what an order waits for, to its customer, and to others only that it waits", () => {
    const awaited = (status: "ACTION_REQUIRED" | "PAYMENT_METHOD_REQUIRED", until?: string) =>
      progressOf({ ...order("PENDING", "PROCESSING"), payment: { status, ...(until !== undefined && { until }) } });

    const asked = awaited("ACTION_REQUIRED", "2026-01-15T11:00:00.000Z");
    const declined = awaited("PAYMENT_METHOD_REQUIRED", "2026-01-15T11:00:00.000Z");
    const others = awaited("PAYMENT_METHOD_REQUIRED");

    expect(asked.headline).to.equal("Your bank asks you to confirm the payment.");
    expect(declined.headline).to.equal("Your payment was declined.");
    expect(others.headline).to.equal("This order waits for its payment.");
    expect(asked.steps.map(({ state }) => state)).to.deep.equal(states("PENDING", "PROCESSING"));
  });

  it("says what became of the money of a cancelled order, and only to its customer that it is being cancelled", () => {
    const cancelled = order("PENDING", "CANCELLED");
    const refunded = progressOf({ ...cancelled, payment: { status: "REFUNDED" } });
    const uncharged = progressOf({ ...cancelled, payment: { status: "CANCELLED" } });
    const asked = progressOf({ ...order("PENDING"), cancelRequestedAt: "2026-01-15T11:00:00.000Z" });

    expect(refunded.text).to.equal("You have been fully refunded.");
    expect(uncharged.text).to.equal("You have not been charged.");
    expect(asked.headline).to.equal("Your order is being cancelled.");
  });

  it("has texts for every status", () => {
    for (const status of ORDER_STATUSES) {
      const { headline, text } = progressOf(order(status));

      expect(headline).to.match(/\.$/);
      expect(text).to.match(/\.$/);
    }
  });
});
