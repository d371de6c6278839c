import type { FailureReason } from "../../domain/failure-reasons.ts";
import { ledgerOf } from "../../domain/payment-ledger.ts";
import type { OrderRecords } from "../support/table.ts";
import type { ObservedState } from "./observed-state.ts";
import { NEVER_APPROVED, NEVER_CHARGED } from "./plan.ts";

/** The failures that a payment method can cause. */
const REASONS: readonly [RegExp, FailureReason[]][] = [
  [/^pm_card_chargeDeclined$/, ["PAYMENT_DECLINED"]],
  [/^pm_card_chargeDeclinedInsufficientFunds$/, ["INSUFFICIENT_FUNDS"]],
  [/authenticationRequired$/, ["PAYMENT_DECLINED", "PAYMENT_NOT_COMPLETED"]],
  [/bank_refused$/, ["PAYMENT_DECLINED"]],
  [NEVER_CHARGED, ["UNAVAILABLE"]],
];

/** An order fails only for a reason of its own: faults make a valid order late, never failed. */
export function checkFailureReason({ order }: OrderRecords, { payments }: ObservedState): string[] {
  const { orderId, status, failureReason, paymentMethod = "", items } = order;
  const tried = payments.flatMap((payment) => (payment.orderId === orderId ? (payment.paymentMethod ?? []) : []));
  const methods = [paymentMethod, ...tried];
  const isNeverApproved = methods.every((method) => NEVER_APPROVED.test(method) || NEVER_CHARGED.test(method));
  if (isNeverApproved && order.history.some(({ status }) => status === "COMPLETED"))
    return [`The order ${orderId} was completed with ${methods.join(", ")}.`];
  if (status !== "FAILED") return [];
  const payment = methods.flatMap((each) => REASONS.flatMap(([method, reasons]) => (method.test(each) ? reasons : [])));
  const stock = items.some(({ productId }) => productId === "SCARCE") ? (["OUT_OF_STOCK"] as const) : [];
  const possible: (FailureReason | undefined)[] = [...payment, ...stock];
  return possible.includes(failureReason)
    ? []
    : [`The order ${orderId} failed with ${failureReason}, which is not possible for it.`];
}

/**
 * Each refund that was accepted is made once, unless the order was cancelled, which refunds everything; one that nobody knows the
 * outcome of is made at most once, and no other.
 */
export function checkRefunds({ order, payment, charge }: OrderRecords, { refunds }: ObservedState): string[] {
  const { orderId, status } = order;
  const requested = refunds.filter((refund) => refund.orderId === orderId);
  const ledger = ledgerOf(payment);
  const made = ledger.refunds.filter(({ request }) => request !== undefined);
  const count = (amountMinor: number, ...states: string[]) =>
    made.filter((refund) => refund.amountMinor === amountMinor && states.includes(refund.status)).length;
  const wrong = requested.filter(({ amountMinor, responses }) => {
    const isAccepted = responses.includes(202);
    const known = count(amountMinor, "SUCCEEDED", ...(status === "CANCELLED" ? ["FAILED"] : []));
    return isAccepted ? known !== 1 : known > 1;
  });
  const unknown = made.filter((refund) => !requested.some(({ amountMinor }) => amountMinor === refund.amountMinor));
  const isPaidOut = status === "CANCELLED" || ledger.refundedMinor === (charge.refundedMinor ?? 0);
  return [
    ...wrong.map(({ amountMinor }) => `The refund of ${amountMinor} cents of ${orderId} was not made exactly once.`),
    ...unknown.map(({ amountMinor }) => `The refund of ${amountMinor} cents of ${orderId} was not requested.`),
    ...(isPaidOut ? [] : [`The provider refunded something else of ${orderId} than its ledger says.`]),
  ];
}
