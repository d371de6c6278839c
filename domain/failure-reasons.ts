/** Why orders fail: the code that is stored and published, and the sentence that customers read. */
const SENTENCES = {
  OUT_OF_STOCK: "A product in this order is sold out. You have not been charged.",
  PAYMENT_DECLINED: "The payment was declined. You have not been charged.",
  INSUFFICIENT_FUNDS: "The payment was declined because of insufficient funds. You have not been charged.",
  PAYMENT_UNAVAILABLE:
    "The payment could not be processed. You have not been charged, or you have been fully refunded.",
  INTERNAL: "Something went wrong on our side. You have not been charged, or you have been fully refunded.",
} as const;

/** Code of why an order failed. */
export type FailureReason = keyof typeof SENTENCES;

/** Every code, for schemas. */
export const FAILURE_REASONS = Object.keys(SENTENCES) as FailureReason[];

/** What to tell a customer. */
export function reasonSentence(reason: FailureReason): string {
  return SENTENCES[reason];
}

/** The codes of those errors of a workflow that have one of their own. */
const REASON_OF: ReadonlyMap<string, FailureReason> = new Map([
  ["OutOfStock", "OUT_OF_STOCK"],
  ["PaymentDeclined", "PAYMENT_DECLINED"],
  ["InsufficientFunds", "INSUFFICIENT_FUNDS"],
  ["GatewayError", "PAYMENT_UNAVAILABLE"],
]);

/** The code for the name of the error that ended a workflow's way forward, e.g. `OutOfStock` or `States.Timeout`. */
export function reasonOf(errorName: string): FailureReason {
  return REASON_OF.get(errorName) ?? "INTERNAL";
}
