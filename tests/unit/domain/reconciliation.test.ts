import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { newOrder, type Order } from "../../../domain/order.ts";
import type { PaymentRecord } from "../../../domain/payment.ts";
import {
  type DisputeEvent,
  type PaymentEvent,
  type ProviderRefund,
  refundEvent,
} from "../../../domain/payment-event.ts";
import { ledgerOf } from "../../../domain/payment-ledger.ts";
import {
  chargedPayment,
  comparePayment,
  type DifferenceKind,
  type ProviderPayment,
} from "../../../domain/reconciliation.ts";

const NOW = Date.parse("2026-01-15T12:00:00.000Z");
const AT = "2026-01-15T10:00:00.000Z";
const CHARGED = 10_000;

const ORDER: Order = {
  ...newOrder(
    "order-1",
    AT,
    { customerEmail: "jo@example.com", items: [] },
    { lines: [], totalMinor: CHARGED, currency: "USD" },
  ),
  status: "COMPLETED",
};

const charge: PaymentEvent = {
  ...{ id: "CHARGE.SUCCEEDED", kind: "CHARGE", objectId: "order-1", state: "SUCCEEDED", amountMinor: CHARGED },
  ...{ at: AT, source: "call" },
};

const refunds = fc.uniqueArray(
  fc.record<ProviderRefund>({
    refundId: fc.constantFrom("r1", "r2", "r3", "r4"),
    amountMinor: fc.integer({ min: 1, max: 2_000 }),
    state: fc.constantFrom("PENDING", "SUCCEEDED", "FAILED"),
    at: fc.constant(AT),
  }),
  { selector: ({ refundId }) => refundId },
);

const disputes = fc
  .uniqueArray(
    fc.record({
      objectId: fc.constantFrom("d1", "d2"),
      state: fc.constantFrom("OPEN" as const, "LOST" as const, "WON" as const),
    }),
    { selector: ({ objectId }) => objectId },
  )
  .map((all): DisputeEvent[] =>
    all.map(({ objectId, state }) => ({
      ...{
        id: `${objectId}.${state}`,
        kind: "DISPUTE",
        objectId,
        state,
        amountMinor: 1_000,
        at: AT,
        source: "reconciliation",
      },
    })),
  );

const payments: fc.Arbitrary<ProviderPayment> = fc.record({
  providerId: fc.constant("pi_1"),
  orderId: fc.constant("order-1"),
  currency: fc.constant("USD"),
  chargedMinor: fc.constant(CHARGED),
  refunds,
  disputes,
});

/** What we may know of a payment: some of its events, or earlier states, in any order, and refunds that wait for their turn. */
function knownOf({ refunds, disputes }: ProviderPayment): fc.Arbitrary<PaymentEvent[]> {
  const told = refunds.map((refund) => refundEvent(refund, "call"));
  const earlier = [
    ...refunds.map((refund) => refundEvent({ ...refund, state: "PENDING" }, "call")),
    ...disputes.map((dispute): PaymentEvent => ({ ...dispute, id: `${dispute.objectId}.OPEN`, state: "OPEN" })),
  ];
  const waiting = refundEvent({ refundId: "waiting", amountMinor: 50, state: "PENDING", at: AT }, "call");
  return fc.shuffledSubarray([...told, ...disputes, ...earlier, waiting]).map((events) => [charge, ...events]);
}

const knownPayments = payments.chain((theirs) => knownOf(theirs).map((events) => ({ theirs, events })));

function recordWith(events: PaymentEvent[]): PaymentRecord {
  return { status: "CHARGED", amountMinor: CHARGED, gateway: "stripe", providerId: "pi_1", events };
}

function kindOf(theirs: ProviderPayment, payment?: PaymentRecord, order = ORDER): DifferenceKind | undefined {
  return comparePayment(theirs, { order, ...(payment && { payment }) }, NOW).difference?.kind;
}

describe("Comparing a payment with its order", () => {
  it("enters whatever is missing, so that both agree, and enters nothing twice", () => {
    const property = fc.property(knownPayments, ({ theirs, events }) => {
      const payment = recordWith(events);

      const { refunds, disputes, difference } = comparePayment(theirs, { order: ORDER, payment }, NOW);

      const entered = recordWith([
        ...events,
        ...refunds.map((refund) => refundEvent(refund, "reconciliation")),
        ...disputes,
      ]);
      const their = ledgerOf(
        recordWith([charge, ...theirs.refunds.map((r) => refundEvent(r, "call")), ...theirs.disputes]),
      );
      expect(difference).to.equal(undefined);
      expect(ledgerOf(entered)).to.include({ refundedMinor: their.refundedMinor, disputedMinor: their.disputedMinor });
      const again = comparePayment(theirs, { order: ORDER, payment: entered }, NOW);
      expect(again).to.deep.equal({ refunds: [], disputes: [] });
    });
    fc.assert(property);
  });

  it("finds what the ledger can't take: other amounts, and what the provider doesn't have", () => {
    const extra = fc.constantFrom<
      [DifferenceKind, (theirs: ProviderPayment, ours: PaymentRecord) => [ProviderPayment, PaymentRecord]]
    >(
      ["CHARGE_DIFFERS", (theirs, ours) => [{ ...theirs, chargedMinor: CHARGED - 1 }, ours]],
      ["CHARGE_NOT_MADE", (theirs, ours) => [{ ...theirs, chargedMinor: 0, refunds: [], disputes: [] }, ours]],
      ["REFUNDS_DIFFER", (theirs, ours) => [theirs, withEvent(ours, refundEvent(MADE_UP, "call"))]],
      ["DISPUTES_DIFFER", (theirs, ours) => [theirs, withEvent(ours, { ...DISPUTE, state: "LOST" })]],
    );
    const property = fc.property(knownPayments, extra, ({ theirs, events }, [kind, plant]) => {
      const [changed, ours] = plant(theirs, recordWith(events));

      expect(kindOf(changed, ours)).to.equal(kind);
    });
    fc.assert(property);
  });

  it("finds what the provider keeps for no order, for another payment's order, and for one that isn't charged", () => {
    const property = fc.property(payments, (theirs) => {
      const their = ledgerOf(
        recordWith([charge, ...theirs.refunds.map((r) => refundEvent(r, "call")), ...theirs.disputes]),
      );
      const kept = CHARGED - their.refundedMinor - their.pendingMinor - their.disputedMinor;
      const without = comparePayment(theirs, undefined, NOW).difference;

      expect(without?.theirsMinor).to.equal(kept > 0 ? kept : undefined);
      expect(kindOf(theirs)).to.equal("CHARGE_OF_ANOTHER_PAYMENT");
      expect(kindOf(theirs, { ...recordWith([charge]), providerId: "pi_2" })).to.equal("CHARGE_OF_ANOTHER_PAYMENT");
      const back = { ...theirs, disputes: [], refunds: [{ ...MADE_UP, amountMinor: CHARGED }] };
      expect(comparePayment(back, undefined, NOW).difference).to.equal(undefined);
    });
    fc.assert(property);
    const undone: PaymentRecord = { ...recordWith([]), status: "VOIDED" };
    const theirs = {
      providerId: "pi_1",
      orderId: "order-1",
      currency: "USD",
      chargedMinor: CHARGED,
      refunds: [],
      disputes: [],
    };
    expect(kindOf(theirs, undone)).to.equal("CHARGE_NOT_RECORDED");
    expect(kindOf({ ...theirs, refunds: [{ ...MADE_UP, amountMinor: CHARGED }] }, undone)).to.equal(undefined);
  });

  it("leaves alone what is still under way, on whichever side", () => {
    const moving: Order[] = [
      { ...ORDER, status: "PROCESSING" },
      { ...ORDER, cancelRequestedAt: AT },
      { ...ORDER, updatedAt: "2026-01-15T11:55:00.000Z" },
    ];
    const property = fc.property(payments, fc.constantFrom(...moving), (theirs, order) => {
      const payment = recordWith([charge]);

      expect(comparePayment(theirs, { order, payment }, NOW)).to.deep.equal({ refunds: [], disputes: [] });
      expect(chargedPayment({ order, payment }, NOW)).to.equal(undefined);
    });
    fc.assert(property);
  });

  it("knows the payment of an order that was charged through Stripe, by this version or by 0.1", () => {
    const charged = recordWith([charge]);
    const old: PaymentRecord = { status: "CHARGED", amountMinor: CHARGED, providerId: "pi_1" };
    const others: PaymentRecord[] = [
      { ...charged, gateway: "simulated", providerId: "order-1" },
      { ...charged, status: "VOIDED", events: [] },
    ];

    expect([charged, old].map((payment) => chargedPayment({ order: ORDER, payment }, NOW))).to.deep.equal([
      "pi_1",
      "pi_1",
    ]);
    for (const payment of others) expect(chargedPayment({ order: ORDER, payment }, NOW)).to.equal(undefined);
    expect(chargedPayment({ order: ORDER }, NOW)).to.equal(undefined);
  });
});

const MADE_UP: ProviderRefund = { refundId: "made-up", amountMinor: 3_000, state: "SUCCEEDED", at: AT };

const DISPUTE: DisputeEvent = {
  ...{
    id: "made-up.LOST",
    kind: "DISPUTE",
    objectId: "made-up",
    state: "LOST",
    amountMinor: 700,
    at: AT,
    source: "webhook",
  },
};

function withEvent(payment: PaymentRecord, event: PaymentEvent): PaymentRecord {
  return { ...payment, events: [...(payment.events ?? []), event] };
}
