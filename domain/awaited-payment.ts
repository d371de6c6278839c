import { type ActionRequired, type Awaiting, type Decline, gatewayOf, type PaymentRecord } from "./payment.ts";
import { Problem } from "./problem.ts";

/** How patient a shop is with customers who pay. */
export interface PaymentPatience {
  /** How long an order waits for its customer, in milliseconds. Only the time in which it waits for them counts. */
  deadlineMs: number;
  /** Payment methods that a customer may try for an order, the first one included. */
  tries: number;
}

/** What the record of a payment that begins to wait for the customer says. */
export interface Awaited {
  awaiting: Awaiting;
  triesLeft: number;
}

/**
 * Decides whether a payment that was not charged waits for the customer, and for what.
 *
 * @param result - The bank asks the customer, or why the payment method was not charged.
 * @param latestMs - The order's own deadline, which no customer is waited for longer: milliseconds since 1970.
 * @param now - Milliseconds since 1970.
 * @returns Undefined if it failed for good: the customer has tried often enough.
 */
export function awaitAfter(
  { awaiting, triesLeft: left, remainingMs }: Pick<PaymentRecord, "awaiting" | "triesLeft" | "remainingMs">,
  result: Decline | ActionRequired,
  { deadlineMs, tries }: PaymentPatience,
  latestMs: number,
  now = Date.now(),
): Awaited | undefined {
  const triesLeft = left ?? tries - 1;
  const until = awaiting?.until ?? new Date(Math.min(now + (remainingMs ?? deadlineMs), latestMs)).toISOString();
  if (typeof result === "object")
    return { triesLeft, awaiting: { for: "ACTION", until, clientSecret: result.clientSecret } };
  return triesLeft > 0 ? { triesLeft, awaiting: { for: "METHOD", until, declineReason: result } } : undefined;
}

/** What the workflow does about a payment that waits: waits, or undoes the order for a reason. */
export type AwaitingOutcome =
  | { outcome: "AWAITING_CUSTOMER"; secondsLeft: number }
  | { outcome: Decline | "PAYMENT_NOT_COMPLETED" };

/** Whether a payment still waits for the customer, and otherwise why the order fails. @param now - Milliseconds since 1970. */
export function outcomeOfAwaiting(awaiting: Awaiting, now = Date.now()): AwaitingOutcome {
  const secondsLeft = Math.ceil((Date.parse(awaiting.until) - now) / 1_000);
  if (secondsLeft > 0) return { outcome: "AWAITING_CUSTOMER", secondsLeft };
  return { outcome: awaiting.declineReason ?? "PAYMENT_NOT_COMPLETED" };
}

/** Whether a payment waits for its customer, who still has time, and nobody has to look at it again before. */
export function isAwaitingCustomer(payment: PaymentRecord | undefined, now = Date.now()): boolean {
  const awaiting = payment?.lookAgain ? undefined : awaitingOf(payment);
  return awaiting !== undefined && outcomeOfAwaiting(awaiting, now).outcome === "AWAITING_CUSTOMER";
}

/** What a payment waits for, if it waits for the customer. Its record may still say what it once waited for. */
export function awaitingOf(payment: PaymentRecord | undefined): Awaiting | undefined {
  return payment?.status === "AWAITING_CUSTOMER" ? payment.awaiting : undefined;
}

/** Another payment method for the same payment. */
export interface NextTry {
  paymentMethod: string;
  triesLeft: number;
  /** How long the customer will be waited for, should this method not be enough either, in milliseconds. */
  remainingMs: number;
}

/**
 * Decides whether a customer may try another payment method. Not at Stripe while their bank asks them: it accepts another one only
 * once the bank has refused. Source: woocommerce-gateway-stripe#2950.
 *
 * @param now - Milliseconds since 1970.
 * @throws Problem `wrong-status` if the payment doesn't wait for one; `payment-tries-used-up`.
 */
export function nextTry(payment: PaymentRecord | undefined, paymentMethod: string, now = Date.now()): NextTry {
  const awaiting = awaitingOf(payment);
  const remainingMs = awaiting === undefined ? 0 : Date.parse(awaiting.until) - now;
  if (remainingMs <= 0)
    throw new Problem(
      "wrong-status",
      "The order's payment doesn't wait for a payment method. GET the order to see why.",
    );
  const triesLeft = payment?.triesLeft ?? 0;
  if (awaiting?.for === "ACTION" && gatewayOf(payment) === "stripe" && triesLeft > 0)
    throw new Problem(
      "wrong-status",
      "The customer's bank is asking about the previous payment method. Refuse it there before you try another one.",
    );
  if (triesLeft === 0)
    throw new Problem("payment-tries-used-up", "Too many payment methods were tried for this order. Place a new one.");
  return { paymentMethod, triesLeft: triesLeft - 1, remainingMs };
}
