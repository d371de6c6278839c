import type { Voided } from "../domain/payment.ts";

/** How long a gateway waits for the provider's response before the response counts as lost. */
export const RESPONSE_TIMEOUT_MS = 3_000;

/** A payment, as the provider needs to know it. */
interface Payment {
  /** Our id of the payment, the same for every attempt: the order's id. */
  paymentId: string;
  /** Cents. */
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
  /** The provider's id of the payment method. */
  paymentMethod?: string;
}

/** A payment that the provider has a record of. */
interface OpenPayment extends Payment {
  /** The provider's id of the payment. */
  providerId: string;
}

/**
 * The port through which customers pay. Every method is idempotent: called again with the same payment, concurrently or
 * long after, it has its effect once.
 *
 * All throw Failure `GatewayError` if the provider gave no clear response: the effect may have happened, may not have, or
 * may still happen.
 */
export interface PaymentGateway {
  /**
   * Creates the provider's record of a payment. No money moves until `charge` is called. After a day, the same payment
   * may get a second record.
   *
   * @returns The provider's id of the payment.
   * @throws Failure `PaymentDeclined` if the provider doesn't accept such a payment.
   */
  open(payment: Payment): Promise<string>;
  /**
   * Finds a payment by our id, in case our own record of it is lost. May miss payments opened in the last minute.
   *
   * @returns The provider's id, if any. Of several, the one in use.
   */
  find(paymentId: string): Promise<string | undefined>;
  /**
   * Charges the customer.
   *
   * @throws Failure `PaymentDeclined` or `InsufficientFunds`; `Fenced` if the payment was voided, so that it is never
   * charged.
   */
  charge(payment: OpenPayment): Promise<void>;
  /** Makes sure that nothing is charged, now or ever: refunds a charge that was made, and prevents one that was not. */
  void(providerId: string): Promise<Voided>;
}
