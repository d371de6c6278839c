import type { FailureReason } from "./failure-reasons.ts";

/** Why a provider doesn't charge a customer. */
export type Decline = "PAYMENT_DECLINED" | "INSUFFICIENT_FUNDS";

/** Payment providers. Stored payments carry these names, so they must never change. */
export type GatewayName = "simulated" | "stripe";

/** The result of voiding a payment. */
export interface Voided {
  /** Minor units refunded, by this call or an earlier one. */
  refundedMinor: number;
  /** The customer disputed the charge: their bank has already taken the money back, so it can't be refunded. */
  isDisputed?: true;
}

/**
 * Our record of an order's payment. It says CHARGING before the provider is asked to charge, and VOIDING before it is
 * asked to void. From VOIDING on, no charge is started or kept. VOIDED is final: the provider has none of the
 * customer's money, and never will.
 */
export interface PaymentRecord {
  status: "CHARGING" | "CHARGED" | "VOIDING" | "VOIDED";
  /** Minor units that were charged, or would have been. */
  amountMinor: number;
  /** The provider that started the payment: no other one charges or refunds it. */
  gateway?: GatewayName;
  /** The provider's id of the payment. Without one nothing was charged, unless the record was lost. */
  providerId?: string;
  /** Minor units refunded to the customer. */
  refundedMinor?: number;
  /** Nothing was refunded because the customer disputes the charge: their bank has taken it back, and decides. */
  isDisputed?: true;
  /** Why the order is undone. Later reasons don't replace the first one. */
  reason?: FailureReason;
  /** When it was restored from a backup: RFC 3339, UTC. */
  restoredAt?: string;
}

/**
 * The provider that started a payment, or undefined if none did. Old records don't name it, but only Stripe's ids start
 * with `pi_`.
 */
export function gatewayOf(payment: Pick<PaymentRecord, "gateway" | "providerId"> = {}): GatewayName | undefined {
  const { gateway, providerId } = payment;
  if (gateway !== undefined || providerId === undefined) return gateway;
  return providerId.startsWith("pi_") ? "stripe" : "simulated";
}
