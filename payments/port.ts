import type { Voided } from "../domain/payment.ts";

/** How long a gateway waits for the provider's response before it counts as lost, in milliseconds. */
export const PATIENCE_MS = 3_000;

/** What a payment provider has to know. */
interface Payment {
  /** Our id of the payment, the same for every attempt: the order's id. */
  paymentId: string;
  /** Cents. */
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
  /** What the customer pays with, as the provider knows it. */
  paymentMethod?: string;
}

/** A payment that the provider has a record of. */
interface OpenPayment extends Payment {
  /** The provider's id of it. */
  providerId: string;
}

/**
 * The port through which customers pay. Every method is idempotent: called again with the same payment, concurrently or
 * long after, it has its effect once.
 *
 * All throw Failure `GatewayError` if the provider gave no clear answer: the effect may have happened, may not have, or
 * may still happen.
 */
export interface PaymentGateway {
  /**
   * Creates the provider's record of a payment. No money moves until `charge` is called. After a day, the same payment
   * may get a second record.
   *
   * @returns The provider's id of it.
   * @throws Failure `PaymentDeclined` if the provider doesn't take such a payment.
   */
  open(payment: Payment): Promise<string>;
  /**
   * Finds a payment by our id, in case our own record of it is lost. It may miss what was opened in the last minute.
   *
   * @returns The provider's id of it, if there is one. If it was opened several times, that of the one in use.
   */
  find(paymentId: string): Promise<string | undefined>;
  /**
   * Charges the customer.
   *
   * @throws Failure `PaymentDeclined` or `InsufficientFunds`; `Fenced` if the payment was voided, so that it is never
   * charged.
   */
  charge(payment: OpenPayment): Promise<void>;
  /** Makes sure that nothing is charged, now or ever: refunds what was charged, and prevents what was not. */
  void(providerId: string): Promise<Voided>;
}
