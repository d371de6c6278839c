import { expect } from "chai";
import { describe, it } from "mocha";
import type { FullOrder } from "../../../domain/contract/responses.ts";
import { failuresIn, fulfilledShare, type RunOutcome } from "../../../load/run-outcome.ts";

const PRICE = 12.34;

/** An order for two units of LOAD-1. */
function order(orderId: string, status: FullOrder["status"], changes: Partial<FullOrder> = {}): FullOrder {
  const at = "2026-01-01T00:00:00.000Z";
  return {
    orderId,
    status,
    items: [{ productId: "LOAD-1", name: "One", quantity: 2, price: PRICE }],
    totalAmount: 2 * PRICE,
    currency: "USD",
    createdAt: at,
    updatedAt: at,
    history: [{ status, at }],
    customerEmail: "ada@example.com",
    paymentMethod: "pm_card_visa",
    ...changes,
  };
}

const DECLINED = order("declined", "FAILED", { paymentMethod: "pm_card_chargeDeclined" });

/** Two orders that were fulfilled and one that was declined: everything adds up. */
const OUTCOME: RunOutcome = {
  sent: 3,
  accepted: 3,
  refused: 0,
  orders: [order("a", "COMPLETED"), order("b", "SHIPPED"), DECLINED],
  paid: new Map([
    ["a", 2_468],
    ["b", 2_468],
    ["declined", 0],
  ]),
  taken: { "LOAD-1": 4, "LOAD-2": 0 },
};

describe("The outcome of a load test", () => {
  it("has no failures if every order is final and all sums are right", () => {
    expect(failuresIn(OUTCOME)).to.deep.equal([]);
  });

  it("reports an accepted order that is missing", () => {
    expect(failuresIn({ ...OUTCOME, sent: 4, accepted: 4 })).to.deep.equal([
      "4 orders were accepted, but only 3 exist: 1 are lost.",
    ]);
  });

  it("reports an order that was not accepted", () => {
    expect(failuresIn({ ...OUTCOME, accepted: 2, refused: 1 })).to.deep.equal([
      "2 orders were accepted, but 3 exist: some were placed twice.",
    ]);
  });

  it("allows an order whose request got no response to exist or not", () => {
    const unanswered = { ...OUTCOME, sent: 4 };
    const [last, ...others] = OUTCOME.orders;

    expect(failuresIn(unanswered)).to.deep.equal([]);
    expect(failuresIn({ ...unanswered, accepted: 2 })).to.deep.equal([]);
    expect(
      failuresIn({ ...unanswered, orders: [...others, last as FullOrder, order("c", "COMPLETED")], ...sums(6) }),
    ).to.deep.equal([]);
  });

  it("reports orders that are not final, and then checks no sums", () => {
    const orders = [order("a", "PROCESSING"), order("b", "PENDING"), DECLINED];

    expect(failuresIn({ ...OUTCOME, orders })).to.deep.equal([
      "2 of 3 orders are not final: 1 PROCESSING, 1 PENDING; the first is a.",
    ]);
  });

  it("leaves declined cards out of the fulfilled share", () => {
    const orders = [order("a", "COMPLETED"), order("b", "FAILED"), DECLINED];
    const undone = { ...OUTCOME, orders, ...sums(2) };

    expect(fulfilledShare(OUTCOME)).to.equal(1);
    expect(fulfilledShare(undone)).to.equal(0.5);
    expect(failuresIn(undone), "as stock and charge were given back").to.deep.equal([]);
  });

  it("reports lost stock, and sold units still in stock", () => {
    expect(failuresIn({ ...OUTCOME, taken: { "LOAD-1": 3, "LOAD-2": 1 } })).to.deep.equal([
      "3 units of LOAD-1 were taken from the stock, but completed orders have 4.",
      "1 units of LOAD-2 were taken from the stock, but completed orders have 0.",
    ]);
  });

  it("reports orders charged twice, not at all, or despite failing", () => {
    const paid = new Map([
      ["a", 4_936],
      ["declined", 2_468],
    ]);

    expect(failuresIn({ ...OUTCOME, paid })).to.deep.equal([
      "3 of 3 orders were not charged what they should have been; the first is a.",
    ]);
  });
});

/** The sums when this many units are sold, by the orders a, b and c. */
function sums(units: number): Pick<RunOutcome, "paid" | "taken"> {
  const names = ["a", "b", "c"].slice(0, units / 2);
  return { paid: new Map(names.map((name) => [name, 2_468])), taken: { "LOAD-1": units } };
}
