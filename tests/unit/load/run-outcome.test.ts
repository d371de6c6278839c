import { expect } from "chai";
import { describe, it } from "mocha";
import type { FullOrder } from "../../../domain/contract/responses.ts";
import { failuresIn, fulfilledShare, type RunOutcome } from "../../../load/run-outcome.ts";

const PRICE = 12.34;

/** An order for two pieces of LOAD-1. */
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

/** Two orders that were fulfilled and one that was declined: everything fits. */
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
  it("are right when every order came to its end and all sums fit", () => {
    expect(failuresIn(OUTCOME)).to.deep.equal([]);
  });

  it("tell of an order that was accepted and is not there", () => {
    expect(failuresIn({ ...OUTCOME, sent: 4, accepted: 4 })).to.deep.equal([
      "4 orders were accepted, but only 3 are there: 1 are lost.",
    ]);
  });

  it("tell of an order that nobody was promised", () => {
    expect(failuresIn({ ...OUTCOME, accepted: 2, refused: 1 })).to.deep.equal([
      "2 orders were accepted, but 3 are there: some were placed twice.",
    ]);
  });

  it("take an order whose request was not answered for what it may be: placed or not", () => {
    const unanswered = { ...OUTCOME, sent: 4 };
    const [last, ...others] = OUTCOME.orders;

    expect(failuresIn(unanswered)).to.deep.equal([]);
    expect(failuresIn({ ...unanswered, accepted: 2 })).to.deep.equal([]);
    expect(
      failuresIn({ ...unanswered, orders: [...others, last as FullOrder, order("c", "COMPLETED")], ...sums(6) }),
    ).to.deep.equal([]);
  });

  it("tell of orders that are not final, and then say nothing of sums", () => {
    const orders = [order("a", "PROCESSING"), order("b", "PENDING"), DECLINED];

    expect(failuresIn({ ...OUTCOME, orders })).to.deep.equal([
      "2 of 3 orders are not final: 1 PROCESSING, 1 PENDING; the first is a.",
    ]);
  });

  it("count what was fulfilled of what could be: a declined card is no failure of ours", () => {
    const orders = [order("a", "COMPLETED"), order("b", "FAILED"), DECLINED];
    const undone = { ...OUTCOME, orders, ...sums(2) };

    expect(fulfilledShare(OUTCOME)).to.equal(1);
    expect(fulfilledShare(undone)).to.equal(0.5);
    expect(failuresIn(undone), "as stock and charge were given back").to.deep.equal([]);
  });

  it("tell of stock that is gone, and of stock that is sold but still there", () => {
    expect(failuresIn({ ...OUTCOME, taken: { "LOAD-1": 3, "LOAD-2": 1 } })).to.deep.equal([
      "3 pieces of LOAD-1 are gone from the stock, but the orders that were completed have 4.",
      "1 pieces of LOAD-2 are gone from the stock, but the orders that were completed have 0.",
    ]);
  });

  it("tell of orders that were charged twice, not at all, or though they failed", () => {
    const paid = new Map([
      ["a", 4_936],
      ["declined", 2_468],
    ]);

    expect(failuresIn({ ...OUTCOME, paid })).to.deep.equal([
      "3 of 3 orders were not charged what they should have been; the first is a.",
    ]);
  });
});

/** What so many pieces sold come to, when the orders that have them are named a, b, c. */
function sums(pieces: number): Pick<RunOutcome, "paid" | "taken"> {
  const names = ["a", "b", "c"].slice(0, pieces / 2);
  return { paid: new Map(names.map((name) => [name, 2_468])), taken: { "LOAD-1": pieces } };
}
