import { expect } from "chai";
import fc from "fast-check";
import { fromMinor, totalOf } from "../../../domain/money.ts";
import { MAX_REFUNDS, newRefund } from "../../../domain/new-refund.ts";
import type { Order } from "../../../domain/order.ts";
import type { PaymentRecord } from "../../../domain/payment.ts";
import type { RefundEvent } from "../../../domain/payment-event.ts";
import { ledgerOf, refundableMinor } from "../../../domain/payment-ledger.ts";
import { Problem } from "../../../domain/problem.ts";
import { cents } from "../../support/arbitraries.ts";
import { PROCESSING_ORDER } from "../../support/processing-order.ts";

const ABOUT = { refundId: "r1", actor: "key:1", at: "2026-01-15T10:30:00.000Z" };

const lines = fc
  .array(fc.record({ quantity: fc.integer({ min: 1, max: 1_000 }), unitPriceMinor: cents }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((lines) => lines.map((line, index) => ({ ...line, productId: `P${index}`, name: `P${index}` })));

function orderOf(items: Order["items"]): { order: Order; payment: PaymentRecord } {
  const totalMinor = totalOf(items);
  return {
    order: { ...PROCESSING_ORDER, items, totalMinor },
    payment: { status: "CHARGED", amountMinor: totalMinor },
  };
}

const ORDER = orderOf([
  { productId: "MUG", name: "Mug", quantity: 2, unitPriceMinor: 1_050 },
  { productId: "PEN", name: "Pen", quantity: 1, unitPriceMinor: 299 },
]);

/** The problem that a request meets: its type, the place in the body, and the sentence. */
function problemOf(
  input: Parameters<typeof newRefund>[2],
  payment: PaymentRecord | undefined = ORDER.payment,
  order = ORDER.order,
): string[] {
  try {
    newRefund(order, payment, input, ABOUT);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [error.problem, error.errors[0]?.pointer ?? "", error.message];
  }
}

/** The payment after refunds. */
function paidAfter(...inputs: Parameters<typeof newRefund>[2][]): PaymentRecord {
  const events: RefundEvent[] = [];
  for (const input of inputs) {
    const about = { ...ABOUT, refundId: `r${events.length}` };
    events.push(newRefund(ORDER.order, { ...ORDER.payment, events }, input, about));
  }
  return { ...ORDER.payment, events };
}

const reason = "Came back";

describe("A refund", () => {
  it("of every line gives back what was charged, to the cent", () => {
    fc.assert(
      fc.property(lines, (items) => {
        const { order, payment } = orderOf(items);
        let paid = payment;
        for (const { productId, quantity } of items) {
          const input = { items: [{ productId, quantity }], reason };
          const refund = newRefund(order, paid, input, { ...ABOUT, refundId: productId });
          paid = { ...paid, events: [...(paid.events ?? []), refund] };
        }

        expect(ledgerOf(paid).pendingMinor).to.equal(order.totalMinor);
        expect(refundableMinor(ledgerOf(paid))).to.equal(0);
      }),
    );
  });

  it("is never more than is left of the charge, however many came before", () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 10 });
    fc.assert(
      fc.property(amounts, (amounts) => {
        let { payment } = ORDER;
        for (const [index, amountMinor] of amounts.entries()) {
          const isLeft = amountMinor <= refundableMinor(ledgerOf(payment));
          const input = { amount: fromMinor(amountMinor, "USD"), reason };
          expect(problemOf(input, payment)[0]).to.equal(isLeft ? undefined : "not-refundable");
          if (!isLeft) continue;
          const refund = newRefund(ORDER.order, payment, input, { ...ABOUT, refundId: `r${index}` });
          payment = { ...payment, events: [...(payment.events ?? []), refund] };
        }
        const { chargedMinor, pendingMinor } = ledgerOf(payment);
        expect(pendingMinor).to.be.at.most(chargedMinor);
      }),
    );
  });

  it("at Stripe is an amount that Stripe can refund", () => {
    const order = { ...ORDER.order, currency: "KWD" };
    const refund = (gateway: "stripe" | "simulated", amount: number) =>
      problemOf({ amount, reason }, { ...ORDER.payment, gateway }, order);

    expect(refund("stripe", 1.005)).to.deep.equal([
      "not-refundable",
      "/amount",
      "Stripe refunds KWD only in steps of 0.01.",
    ]);
    expect([refund("stripe", 1.05), refund("simulated", 1.005)]).to.deep.equal([[], []]);
  });

  it("says what is left", () => {
    const once = paidAfter({ amount: 20, reason });

    expect(problemOf({ amount: 4, reason }, once)).to.deep.equal([
      "not-refundable",
      "/amount",
      "3.99 USD can still be refunded, not 4.",
    ]);
    expect(problemOf({ items: [{ productId: "MUG", quantity: 1 }], reason }, once)).to.deep.equal([
      "not-refundable",
      "/items",
      "3.99 USD can still be refunded, not 10.5.",
    ]);
  });

  it("is of no more units than were ordered", () => {
    const mugs = (...quantities: number[]) => ({
      items: quantities.map((quantity) => ({ productId: "MUG", quantity })),
      reason,
    });

    expect(problemOf(mugs(3))).to.deep.equal([
      "not-refundable",
      "/items/0/quantity",
      "2 of MUG can still be refunded, not 3.",
    ]);
    expect(problemOf(mugs(1, 2))[1]).to.equal("/items/1/quantity");
    expect(problemOf(mugs(2), paidAfter(mugs(1)))[2]).to.equal("1 of MUG can still be refunded, not 2.");
    expect(problemOf({ items: [{ productId: "CUP", quantity: 1 }], reason })).to.deep.equal([
      "not-refundable",
      "/items/0/productId",
      "The order has no CUP.",
    ]);
  });

  it("needs a charge that isn't being undone", () => {
    const input = { amount: 1, reason };
    const cancelled = { ...ORDER.order, cancelRequestedAt: ABOUT.at };

    expect(problemOf(input, { status: "CHARGING", amountMinor: 2_399 })[0]).to.equal("wrong-status");
    expect(problemOf(input, { status: "VOIDING", amountMinor: 2_399 })[0]).to.equal("wrong-status");
    expect(problemOf(input, { status: "VOIDED", amountMinor: 2_399 })[0]).to.equal("wrong-status");
    expect(problemOf(input, ORDER.payment, cancelled)[0]).to.equal("wrong-status");
    expect(() => newRefund(ORDER.order, undefined, input, ABOUT)).to.throw("Nothing has been charged");
  });

  it(`is one of at most ${MAX_REFUNDS}`, () => {
    const many = paidAfter(...Array.from({ length: MAX_REFUNDS }, () => ({ amount: 0.01, reason })));

    expect(problemOf({ amount: 0.01, reason }, many)[2]).to.equal(`The order has ${MAX_REFUNDS} refunds already.`);
  });
});
