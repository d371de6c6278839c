import type { Order } from "../domain/order.ts";
import type { ActionRequired, Decline, PaymentRecord, Voided } from "../domain/payment.ts";
import type { ProviderRefund, RefundState } from "../domain/payment-event.ts";

/** How long a gateway waits for the provider's response before the response counts as lost. */
export const RESPONSE_TIMEOUT_MS = 3_000;

/**
 * Requests to the provider that a charge or a refund makes at most, one after the other. At Stripe, a charge may search for the
 * payment, create it with its key and with another, confirm it and read it; and if the order is undone meanwhile, cancel it, read
 * it again and refund it. Undoing an order makes five of these, and lists the refunds. A refund lists them, too, before it is made.
 */
export const MAX_REQUESTS = 8;

/** A payment, as the provider needs to know it. */
interface Payment {
  /** Our id of the payment, the same for every attempt: the order's id. */
  paymentId: string;
  /** Minor units. */
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
  /** The provider's id of the payment method, or of what stands for one once. */
  paymentMethod?: string;
  /** Whether the customer can answer their bank. Otherwise, a payment method whose bank asks is declined. Default false. */
  customerIsPresent?: boolean;
}

/** A payment that the provider has a record of. */
export interface OpenPayment extends Payment {
  /** The provider's id of the payment. */
  providerId: string;
}

/** The payment of an order. @param record - Names the payment method, if the customer has chosen another one. */
export function paymentOf(order: Order, record?: PaymentRecord): Payment {
  const { orderId, totalMinor, currency, placedAt } = order;
  const paymentMethod = record?.paymentMethod ?? order.paymentMethod;
  const customerIsPresent = placedAt === "storefront";
  const payment = { paymentId: orderId, amountMinor: totalMinor, currency, customerIsPresent };
  return paymentMethod === undefined ? payment : { ...payment, paymentMethod };
}

/** What came of a charge: `VOIDED` if the payment was voided, so that it is never charged. */
export type ChargeResult = "CHARGED" | "VOIDED" | Decline | ActionRequired;

/**
 * The port through which customers pay. Every method is idempotent: called again with the same payment, concurrently or
 * long after, it has its effect once.
 *
 * All throw Failure `GatewayError` if the provider gave no clear response: the effect may have happened, may not have, or
 * may still happen; and `Busy` if it refused the call for its rate limit. What the provider decides is a value.
 */
export interface PaymentGateway {
  /**
   * Creates the provider's record of a payment. No money moves until `charge` is called. After a day, the same payment
   * may get a second record.
   *
   * @returns The provider's id of the payment, or why the provider doesn't accept such a payment.
   */
  open(payment: Payment): Promise<{ providerId: string } | { declined: Decline }>;
  /**
   * Finds a payment by our id, in case our own record of it is lost. May miss payments opened in the last minute.
   *
   * @returns The provider's id, if any. Of several, the one in use.
   */
  find(paymentId: string): Promise<string | undefined>;
  /**
   * Charges the customer, by the payment method. Called with another one after it was declined, it tries that on
   * the same payment. While the bank asks, it only says so.
   */
  charge(payment: OpenPayment): Promise<ChargeResult>;
  /** What has come of the latest charge meanwhile. Tries nothing. */
  look(payment: OpenPayment): Promise<ChargeResult>;
  /** Whether the customer has been charged, and not been refunded. */
  isCharged(payment: OpenPayment): Promise<boolean>;
  /**
   * Makes sure that nothing is charged, now or ever: refunds a charge that was made, and prevents one that was not.
   *
   * @returns `REFUSED` if the provider will never refund the charge, however often it is asked.
   */
  void(payment: OpenPayment): Promise<Voided | "REFUSED">;
  /**
   * Refunds a part of a charge.
   *
   * @returns The refund's state, of this call or an earlier one with the same id. `FAILED` if the provider will never make it.
   */
  refund(payment: OpenPayment, refund: Pick<ProviderRefund, "refundId" | "amountMinor">): Promise<RefundState>;
  /** All refunds of a payment, also those made at the provider. */
  refunds(payment: Pick<OpenPayment, "providerId" | "currency">): Promise<ProviderRefund[]>;
}
