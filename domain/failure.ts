/**
 * Names of what keeps an order from going on. The workflow's Retry and Catch match on them, so they never change:
 *
 * - `OrderNotFound`: there is no such order.
 * - `OutOfStock`, `PaymentDeclined`, `InsufficientFunds`: the order can't be fulfilled, however often it is tried.
 * - `CancelRequested`: somebody cancelled the order.
 * - `Fenced`: the order is being undone, or its payment was. Nothing may be done for it any more.
 * - `GatewayError`: the payment provider gave no clear answer. Trying again may help.
 * - `Busy`: others stood in the way again and again. Trying again helps.
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

/** An order can't go on here, and the name says why. The message is for operators, and has nothing personal in it. */
export class Failure extends Error {
  override readonly name: FailureName;

  constructor(name: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
