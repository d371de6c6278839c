/**
 * Error names that the workflow's Retry and Catch match on, so they must not change:
 *
 * - `OrderNotFound`: there is no such order.
 * - `OutOfStock`, `PaymentDeclined`, `InsufficientFunds`: the order can't be fulfilled, and retrying doesn't help.
 * - `CancelRequested`: the order's cancellation was requested.
 * - `Fenced`: the order is being undone, or its payment was voided. No further step forward is allowed.
 * - `GatewayError`: the payment provider gave no clear response. Retrying may help.
 * - `Busy`: concurrent changes got in the way several times. Retrying helps.
 */
export type FailureName =
  | "OrderNotFound"
  | "OutOfStock"
  | "PaymentDeclined"
  | "InsufficientFunds"
  | "CancelRequested"
  | "Fenced"
  | "GatewayError"
  | "Busy";

/** An order can't proceed, for the reason that `name` gives. The message is for operators, without personal data. */
export class Failure extends Error {
  override readonly name: FailureName;

  constructor(name: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
