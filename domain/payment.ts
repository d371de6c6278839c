import type { FailureReason } from "./failure-reasons.ts";
import type { PaymentEvent } from "./payment-event.ts";

/** Why a provider doesn't charge a customer. */
export type Decline = (typeof DECLINES)[number];

/** Every reason of a decline. */
export const DECLINES = ["PAYMENT_DECLINED", "INSUFFICIENT_FUNDS"] as const;

/** The customer has to answer their bank before the payment can go on. */
export interface ActionRequired {
  /** The provider's secret with which the customer's page asks the bank. */
  clientSecret: string;
}

/** What a payment waits for, when it waits for the customer. */
export interface Awaiting {
  /** The customer's answer to their bank, or another payment method. */
  for: "ACTION" | "METHOD";
  /** When the order fails: RFC 3339, UTC. */
  until: string;
  /** For ACTION. */
  clientSecret?: string;
  /** For METHOD: why the latest one was not charged. */
  declineReason?: Decline;
}

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
 * customer's money, and never will. AWAITING_CUSTOMER is for orders of the storefront only: nothing is charged while the
 * customer chooses another payment method, which makes it CHARGING again, but their bank may charge at any time.
 */
export interface PaymentRecord {
  status: "CHARGING" | "AWAITING_CUSTOMER" | "CHARGED" | "VOIDING" | "VOIDED";
  /** Minor units that were charged, or would have been. */
  amountMinor: number;
  /** The provider that started the payment: no other one charges or refunds it. */
  gateway?: GatewayName;
  /** The provider's id of the payment. Without one nothing was charged, unless the record was lost. */
  providerId?: string;
  /** The payment method of the latest try, unless it is the order's. */
  paymentMethod?: string;
  /** Payment methods that the customer may still try. Absent before the first one was not enough. Each try has another number. */
  triesLeft?: number;
  /** While it is AWAITING_CUSTOMER. */
  awaiting?: Awaiting;
  /** How long the customer will be waited for the next time, in milliseconds. Absent while nobody was waited for yet. */
  remainingMs?: number;
  /** The executions' tasks that wait for the customer, by token. */
  taskTokens?: Set<string>;
  /** Whether the customer or the provider said that there is something new, and nobody has looked since. */
  lookAgain?: true;
  /** Minor units refunded when it was voided, with what was refunded before. */
  refundedMinor?: number;
  /** Nothing was refunded because the customer disputes the charge: their bank has taken it back, and decides. */
  isDisputed?: true;
  /** Why the order is undone. Later reasons don't replace the first one. */
  reason?: FailureReason;
  /** What happened to it, as it became known. Version 0.1 recorded none. `ledgerOf` adds them up. */
  events?: PaymentEvent[];
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
