/** Why orders fail: the code that is stored and published, and the sentence for the customer. */
const SENTENCES = {
  OUT_OF_STOCK: "A product in this order is sold out. You have not been charged.",
  PAYMENT_DECLINED: "The payment was declined. You have not been charged.",
  INSUFFICIENT_FUNDS: "The payment was declined because of insufficient funds. You have not been charged.",
  PAYMENT_NOT_COMPLETED:
    "The payment was not completed in time. You have not been charged, and the items are no longer kept for you.",
  UNAVAILABLE: "We could not process this order in time. You have not been charged, or you have been fully refunded.",
  // Only orders of version 0.1 have these two.
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

/** Outcomes of steps for which an order is undone. */
const REASONS: readonly FailureReason[] = [
  "OUT_OF_STOCK",
  "PAYMENT_DECLINED",
  "INSUFFICIENT_FUNDS",
  "PAYMENT_NOT_COMPLETED",
  "UNAVAILABLE",
];

/** What version 0.1's steps threw for the same outcomes. Its executions may still run after an upgrade. */
const REASON_BY_ERROR: ReadonlyMap<unknown, FailureReason> = new Map([
  ["OutOfStock", "OUT_OF_STOCK"],
  ["PaymentDeclined", "PAYMENT_DECLINED"],
  ["InsufficientFunds", "INSUFFICIENT_FUNDS"],
]);

/**
 * The reason to undo an order that the step before gave.
 *
 * @param outcome - The step's outcome, or the name of the error that it threw in version 0.1.
 * @returns Nothing if it is no reason to undo an order: an infrastructure error never is.
 */
export function failureReasonFor(outcome: unknown): FailureReason | undefined {
  return REASONS.find((reason) => reason === outcome) ?? REASON_BY_ERROR.get(outcome);
}
