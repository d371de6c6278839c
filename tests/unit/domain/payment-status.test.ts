import { expect } from "chai";
import type { PaymentRecord } from "../../../domain/payment.ts";
import type { PaymentEvent } from "../../../domain/payment-event.ts";
import { paymentStatus } from "../../../domain/payment-status.ts";

const AT = { at: "2026-01-15T10:00:00.000Z", source: "webhook" } as const;
const refund = (amountMinor: number, state: "PENDING" | "SUCCEEDED" | "FAILED" = "SUCCEEDED"): PaymentEvent => ({
  ...{ ...AT, id: `re_${amountMinor}.${state}`, kind: "REFUND", objectId: `re_${amountMinor}`, state, amountMinor },
});
const dispute = (state: "OPEN" | "WON" | "LOST"): PaymentEvent => ({
  ...{ ...AT, id: `dp_1.${state}`, kind: "DISPUTE", objectId: "dp_1", state, amountMinor: 1_000 },
});

describe("A payment's status", () => {
  it("tells whether the shop has any of the money", () => {
    const charged = (...events: PaymentEvent[]): PaymentRecord => ({ status: "CHARGED", amountMinor: 1_000, events });
    const voided: PaymentRecord = { status: "VOIDED", amountMinor: 1_000 };
    const disputed: PaymentRecord = { ...voided, refundedMinor: 0, isDisputed: true };

    const statuses: [PaymentRecord, string][] = [
      [charged(), "PAID"],
      [charged(refund(400)), "PAID"],
      [charged(refund(400), refund(600)), "REFUNDED"],
      [charged(refund(400), refund(600), refund(600, "FAILED")), "PAID"],
      [charged(refund(1_000, "PENDING")), "PAID"],
      [charged(dispute("OPEN")), "DISPUTED"],
      [charged(dispute("LOST")), "DISPUTED"],
      [charged(dispute("OPEN"), dispute("WON")), "PAID"],
      [voided, "CANCELLED"],
      [{ ...voided, refundedMinor: 1_000 }, "REFUNDED"],
      [{ ...voided, refundedMinor: 1_000, events: [refund(1_000), refund(1_000, "FAILED")] }, "PAID"],
      [disputed, "DISPUTED"],
      [{ ...disputed, events: [dispute("WON")] }, "PAID"],
    ];

    for (const [payment, status] of statuses) expect(paymentStatus(payment), JSON.stringify(payment)).to.equal(status);
  });
});
