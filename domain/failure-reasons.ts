/** Why orders fail: the code that is stored and published, and the sentence for the customer. */
const SENTENCES = {
  OUT_OF_STOCK: "A product in this order is sold out. You have not been charged.",
  PAYMENT_DECLINED: "The payment was declined. You have not been charged.",
  INSUFFICIENT_FUNDS: "The payment was declined because of insufficient funds. You have not been charged.",
  PAYMENT_UNAVAILABLE:
    "The payment could not be processed. You have not been charged, or you have been fully refunded.",
  INTERNAL: "Something went wrong on our side. You have not been charged, or you have been fully refunded.",
} as const;

/** The code for why an order failed. */
export type FailureReason = keyof typeof SENTENCES;

/** Every code, for schemas. */
export const FAILURE_REASONS = Object.keys(SENTENCES) as FailureReason[];

/** The sentence for the customer. */
export function reasonSentence(reason: FailureReason): string {
  return SENTENCES[reason];
}

/** Workflow errors with a code of their own; all others are INTERNAL. */
const REASON_BY_ERROR: ReadonlyMap<string, FailureReason> = new Map([
  ["OutOfStock", "OUT_OF_STOCK"],
  ["PaymentDeclined", "PAYMENT_DECLINED"],
  ["InsufficientFunds", "INSUFFICIENT_FUNDS"],
  ["GatewayError", "PAYMENT_UNAVAILABLE"],
]);

/** The code for an error that made the workflow compensate, by its name, e.g. `OutOfStock` or `States.Timeout`. */
export function failureReasonFor(errorName: string): FailureReason {
  return REASON_BY_ERROR.get(errorName) ?? "INTERNAL";
}
