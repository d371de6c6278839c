/**
 * Names of infrastructure errors. Trying again later may help; none of them is a reason to undo an order.
 *
 * - `OrderNotFound`: there is no such order.
 * - `GatewayError`: the payment provider gave no clear response.
 * - `Busy`: concurrent changes got in the way several times, or the payment provider refused for its rate limit.
 * - `OutcomeUnknown`: nobody knows whether a message to a customer was sent.
 */
export type FailureName = "OrderNotFound" | "GatewayError" | "Busy" | "OutcomeUnknown";

/** Something went wrong that is nobody's decision. The message is for operators, without personal data. */
export class Failure extends Error {
  override readonly name: FailureName;

  constructor(name: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
