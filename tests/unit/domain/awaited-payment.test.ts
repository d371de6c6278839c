import { expect } from "chai";
import fc from "fast-check";
import { awaitAfter, isAwaitingCustomer, nextTry, outcomeOfAwaiting } from "../../../domain/awaited-payment.ts";
import type { ActionRequired, Decline, PaymentRecord } from "../../../domain/payment.ts";

const PATIENCE = { deadlineMs: 1_800_000, tries: 5 };

const NOW = Date.parse("2026-01-15T10:00:00.000Z");
/** The order's own, too far away to matter. */
const DEADLINE = NOW + 100 * 86_400_000;
const ASKED: ActionRequired = { clientSecret: "secret" };

/** A payment that began to wait at a time. */
function waiting(result: Decline | ActionRequired, since = NOW, before: Partial<PaymentRecord> = {}): PaymentRecord {
  const awaited = awaitAfter(before, result, PATIENCE, DEADLINE, since);
  if (!awaited) throw new Error("It doesn't wait.");
  return { status: "AWAITING_CUSTOMER", amountMinor: 1_000, ...awaited };
}

const problemOf = (decide: () => unknown): string => {
  try {
    return JSON.stringify(decide());
  } catch (problem) {
    return (problem as { problem: string }).problem;
  }
};

describe("A payment that waits for the customer", () => {
  it("waits for the bank's answer, or for another payment method", () => {
    const until = "2026-01-15T10:30:00.000Z";

    expect(waiting(ASKED).awaiting).to.deep.equal({ for: "ACTION", until, clientSecret: "secret" });
    expect(waiting("INSUFFICIENT_FUNDS").awaiting).to.deep.equal({
      for: "METHOD",
      until,
      declineReason: "INSUFFICIENT_FUNDS",
    });
  });

  it("waits for seconds that are left, and then fails for the reason that it waited for", () => {
    const [asked, declined] = [waiting(ASKED), waiting("INSUFFICIENT_FUNDS")];
    const outcomes = (at: number) =>
      [asked, declined].map(({ awaiting }) => awaiting && outcomeOfAwaiting(awaiting, at));

    expect(outcomes(NOW + 1_799_001)).to.deep.equal(Array(2).fill({ outcome: "AWAITING_CUSTOMER", secondsLeft: 1 }));
    expect(outcomes(NOW + 1_800_000)).to.deep.equal([
      { outcome: "PAYMENT_NOT_COMPLETED" },
      { outcome: "INSUFFICIENT_FUNDS" },
    ]);
  });

  it("counts only the time in which the customer is waited for, however often", () => {
    const step = fc.record({ acts: fc.nat(400_000), charges: fc.nat(90_000_000) });

    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), (steps) => {
        let now = NOW;
        let payment = waiting("PAYMENT_DECLINED", now);
        let waited = 0;
        for (const { acts, charges } of steps) {
          const { remainingMs, triesLeft } = nextTry(payment, "pm_card_visa", now + acts);
          waited += acts;
          now += acts + charges;
          payment = waiting(ASKED, now, { remainingMs, triesLeft });
        }

        expect(Date.parse(payment.awaiting?.until ?? "") - now).to.equal(PATIENCE.deadlineMs - waited);
        expect(payment.triesLeft).to.equal(4 - steps.length);
      }),
    );
  });

  it("keeps its time when the bank has refused", () => {
    const asked = waiting(ASKED);

    const refused = waiting("PAYMENT_DECLINED", NOW + 60_000, asked);

    expect(refused.awaiting?.until).to.equal(asked.awaiting?.until);
  });

  it("ends with the last try that is declined, but waits for its bank", () => {
    const last = { triesLeft: 0, remainingMs: 60_000 };

    expect(awaitAfter(last, "PAYMENT_DECLINED", PATIENCE, DEADLINE, NOW)).to.equal(undefined);
    const asked = waiting(ASKED, NOW, last);
    expect(problemOf(() => nextTry(asked, "pm_card_visa", NOW))).to.equal("payment-tries-used-up");
  });

  it("waits no longer than the order's own deadline", () => {
    const awaited = awaitAfter({}, "PAYMENT_DECLINED", PATIENCE, NOW + 1_000, NOW);

    expect(awaited?.awaiting.until).to.equal("2026-01-15T10:00:01.000Z");
  });

  it("at Stripe takes no other payment method while the bank asks about one", () => {
    const [asked, declined] = [waiting(ASKED), waiting("PAYMENT_DECLINED")];
    const tryAt = (gateway: "stripe" | "simulated", payment: PaymentRecord) =>
      problemOf(() => nextTry({ ...payment, gateway }, "pm_card_visa", NOW).triesLeft);

    expect([tryAt("stripe", asked), tryAt("stripe", declined), tryAt("simulated", asked)]).to.deep.equal([
      "wrong-status",
      "3",
      "3",
    ]);
  });

  it("may be tried again while it waits, and not before or after", () => {
    const payment = waiting("PAYMENT_DECLINED");
    const { awaiting = undefined } = payment;

    expect(nextTry(payment, "pm_card_visa", NOW + 1)).to.deep.equal({
      paymentMethod: "pm_card_visa",
      triesLeft: 3,
      remainingMs: 1_799_999,
    });
    for (const other of [
      undefined,
      { ...payment, status: "CHARGED" as const },
      { ...payment, status: "VOIDING" as const },
    ])
      expect(problemOf(() => nextTry(other, "pm_card_visa", NOW))).to.equal("wrong-status");
    expect(problemOf(() => nextTry(payment, "pm_card_visa", Date.parse(awaiting?.until ?? "")))).to.equal(
      "wrong-status",
    );
  });

  it("is left alone until its time is over, or somebody has to look", () => {
    const payment = waiting(ASKED);

    expect(isAwaitingCustomer(payment, NOW)).to.equal(true);
    expect(isAwaitingCustomer({ ...payment, lookAgain: true }, NOW)).to.equal(false);
    expect(isAwaitingCustomer(payment, NOW + 1_800_000)).to.equal(false);
    expect(isAwaitingCustomer({ ...payment, status: "CHARGING" }, NOW)).to.equal(false);
  });
});
