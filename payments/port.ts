/** How long an adapter waits for an answer of its provider, in milliseconds, before it takes it for lost. */
export const PATIENCE_MS = 3_000;

/** The payment providers that there are. Records of payments have these names, so they never change. */
export type GatewayName = "simulated" | "stripe";

/** What a payment provider has to know. */
interface Payment {
  /** Our name for the payment, the same for every try. It is the order's id. */
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
  /** The provider's name for it. */
  providerId: string;
}

/** What became of a payment that was voided. */
export interface Voided {
  /** Cents that were refunded, by this call or an earlier one. */
  refundedMinor: number;
  /** The customer's bank has taken the charge back already, and no refund is possible beside that. */
  isDisputed?: true;
}

/**
 * The port through which customers pay. Every method may be called again with the same payment, also at the same time
 * and long after, and has its effect once.
 *
 * All throw Failure `GatewayError` where the provider gave no clear answer: then the effect may have happened or not,
 * or may still happen.
 */
export interface PaymentGateway {
  /**
   * Makes the provider's record of a payment. No money moves, and none will unless `charge` is called. After a day, the
   * same payment may be opened once more.
   *
   * @returns The provider's name for it.
   * @throws Failure `PaymentDeclined` where the provider takes no such payment.
   */
  open(payment: Payment): Promise<string>;
  /**
   * Looks for a payment by our name for it, where our record of it may be lost. It may miss what was opened in the last
   * minute.
   *
   * @returns The provider's name for it, if there is one. Where it was opened several times, the one that was used.
   */
  find(paymentId: string): Promise<string | undefined>;
  /**
   * Charges the customer.
   *
   * @throws Failure `PaymentDeclined` or `InsufficientFunds`; `Fenced` if the payment was voided before: it is never
   * charged then.
   */
  charge(payment: OpenPayment): Promise<void>;
  /**
   * Makes sure that nothing is charged, nor ever will be: refunds what was, and prevents what wasn't.
   */
  void(providerId: string): Promise<Voided>;
}
