import { expect } from "chai";
import fc from "fast-check";
import type { PaymentRecord } from "../../../domain/payment.ts";
import type { PaymentEvent } from "../../../domain/payment-event.ts";
import { isNews, ledgerOf, refundableMinor } from "../../../domain/payment-ledger.ts";

const about = fc.record({
  id: fc.uuid(),
  at: fc
    .date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true })
    .map((at) => at.toISOString()),
  source: fc.constantFrom("call" as const, "webhook" as const, "reconciliation" as const),
});

/** An object's amount, which no event changes. */
const amountOf = (objectId: string) => 100 * (objectId.charCodeAt(1) - 47);

const objectIn = (ids: string[]) =>
  fc.constantFrom(...ids).map((objectId) => ({ objectId, amountMinor: amountOf(objectId) }));

const event: fc.Arbitrary<PaymentEvent> = fc.oneof(
  fc
    .tuple(about, objectIn(["r0", "r1", "r2"]), fc.constantFrom("PENDING", "SUCCEEDED", "FAILED"))
    .map(([rest, object, state]) => ({ ...rest, ...object, kind: "REFUND" as const, state })),
  fc
    .tuple(about, objectIn(["d0", "d1"]), fc.constantFrom("OPEN", "WON", "LOST"))
    .map(([rest, object, state]) => ({ ...rest, ...object, kind: "DISPUTE" as const, state })),
  about.map((rest) => ({
    ...rest,
    kind: "CHARGE" as const,
    objectId: "c",
    state: "SUCCEEDED" as const,
    amountMinor: 2_000,
  })),
);

const CHARGED: PaymentRecord = { status: "CHARGED", amountMinor: 2_000 };

/** Records events as the store does: those that say no more than is known are left out. */
function record(told: PaymentEvent[]): PaymentRecord {
  const events: PaymentEvent[] = [];
  for (const event of told) if (isNews(event, { ...CHARGED, events })) events.push(event);
  return { ...CHARGED, events };
}

function sums(payment: PaymentRecord) {
  const { refunds, ...sums } = ledgerOf(payment);
  return { ...sums, refunds: new Set(refunds.map(({ refundId, status }) => `${refundId} ${status}`)) };
}

function refund(state: "PENDING" | "SUCCEEDED" | "FAILED", refundId = "re_1", amountMinor = 500): PaymentEvent {
  const at = "2026-01-15T10:30:00.000Z";
  return { id: `${refundId}.${state}`, kind: "REFUND", objectId: refundId, state, amountMinor, at, source: "webhook" };
}

describe("A payment's ledger", () => {
  it("has the same sums in whatever order its events come, and however often each does", () => {
    const told = fc
      .array(event, { minLength: 1, maxLength: 12 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray(events, { minLength: events.length }),
          fc.shuffledSubarray(events),
        ),
      );

    fc.assert(
      fc.property(told, ([events, shuffled, repeated]) => {
        const expected = sums({ ...CHARGED, events });

        expect(sums({ ...CHARGED, events: [...shuffled, ...repeated] })).to.deep.equal(expected);
        expect(sums(record([...repeated, ...shuffled]))).to.deep.equal(expected);
      }),
    );
  });

  it("counts a refund as paid back only while it has succeeded", () => {
    const payment = (...events: PaymentEvent[]) => ledgerOf({ ...CHARGED, events });
    const pending = payment(refund("PENDING"));
    const made = payment(refund("PENDING"), refund("SUCCEEDED"));
    const failed = payment(refund("FAILED"), refund("SUCCEEDED"), refund("PENDING"));

    expect([pending.refundedMinor, pending.pendingMinor, refundableMinor(pending)]).to.deep.equal([0, 500, 1_500]);
    expect([made.refundedMinor, made.pendingMinor, refundableMinor(made)]).to.deep.equal([500, 0, 1_500]);
    expect([failed.refundedMinor, failed.pendingMinor, refundableMinor(failed)]).to.deep.equal([0, 0, 2_000]);
  });

  it("can't refund what the customer's bank has taken back, until the shop wins", () => {
    const dispute = (state: "OPEN" | "WON" | "LOST"): PaymentEvent => ({
      ...{ id: state, kind: "DISPUTE", objectId: "dp_1", state, amountMinor: 2_000 },
      ...{ at: "2026-01-15T10:30:00.000Z", source: "webhook" },
    });
    const sumsAfter = (...states: ("OPEN" | "WON" | "LOST")[]) => ledgerOf({ ...CHARGED, events: states.map(dispute) });

    expect(refundableMinor(sumsAfter("OPEN"))).to.equal(0);
    expect(refundableMinor(sumsAfter("WON", "OPEN"))).to.equal(2_000);
    expect(refundableMinor(sumsAfter("OPEN", "LOST"))).to.equal(0);
    expect(refundableMinor(sumsAfter("WON", "LOST"))).to.equal(2_000);
  });

  it("is that of version 0.1's fields, where nothing else is known", () => {
    const sumsOf = (payment: PaymentRecord | undefined) => {
      const { chargedMinor, refundedMinor, disputedMinor } = ledgerOf(payment);
      return [chargedMinor, refundedMinor, disputedMinor];
    };
    const voided = { status: "VOIDED", amountMinor: 2_000 } as const;

    expect(sumsOf(undefined)).to.deep.equal([0, 0, 0]);
    expect(sumsOf({ status: "CHARGING", amountMinor: 2_000 })).to.deep.equal([0, 0, 0]);
    expect(sumsOf(CHARGED)).to.deep.equal([2_000, 0, 0]);
    expect(sumsOf({ ...voided, refundedMinor: 0 })).to.deep.equal([0, 0, 0]);
    expect(sumsOf({ ...voided, refundedMinor: 2_000 })).to.deep.equal([2_000, 2_000, 0]);
    expect(sumsOf({ ...voided, refundedMinor: 0, isDisputed: true })).to.deep.equal([2_000, 0, 2_000]);
    // The bank sent it back days later.
    const failed = { ...voided, refundedMinor: 2_000, events: [refund("FAILED", "re_1", 2_000)] };
    expect(sumsOf(failed)).to.deep.equal([2_000, 0, 0]);
  });
});
