import type { PaymentRecord } from "./payment.ts";
import { ledgerOf } from "./payment-ledger.ts";

/** What the contract says of a payment. */
export const PAYMENT_STATUSES = [
  "PROCESSING",
  "ACTION_REQUIRED",
  "PAYMENT_METHOD_REQUIRED",
  "PAID",
  "REFUNDED",
  "DISPUTED",
  "CANCELLED",
] as const;

/** A payment's status, for customers and the back office. It is PAID for as long as the shop has any of the money. */
export function paymentStatus(payment: PaymentRecord): (typeof PAYMENT_STATUSES)[number] {
  switch (payment.status) {
    case "CHARGING":
    case "VOIDING":
      return "PROCESSING";
    case "AWAITING_CUSTOMER":
      return payment.awaiting?.for === "METHOD" ? "PAYMENT_METHOD_REQUIRED" : "ACTION_REQUIRED";
    case "CHARGED":
    case "VOIDED": {
      const { chargedMinor, refundedMinor, disputedMinor } = ledgerOf(payment);
      if (chargedMinor === 0) return "CANCELLED";
      if (disputedMinor > 0) return "DISPUTED";
      return refundedMinor < chargedMinor ? "PAID" : "REFUNDED";
    }
  }
}
