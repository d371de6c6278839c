import { awaitAfter, outcomeOfAwaiting } from "../../domain/awaited-payment.ts";
import { Failure } from "../../domain/failure.ts";
import type { Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { deadlineOf } from "../../domain/restarts.ts";
import type { ChargeResult, OpenPayment, PaymentGateway } from "../../payments/port.ts";
import { markAwaiting } from "../../store/awaited-payments.ts";
import { markCharged } from "../../store/payments.ts";
import { db } from "../lib/db.ts";
import { deadlineMs } from "../lib/deadline.ts";
import { measure } from "../lib/metrics.ts";
import { paymentPatience } from "../lib/payment-patience.ts";
import type { StepResult } from "../lib/step.ts";

/** A payment that a gateway has tried to charge. */
interface Tried {
  /** Our record of it when this try began. */
  record: Pick<PaymentRecord, "status" | "awaiting" | "triesLeft" | "remainingMs">;
  order: Order;
  open: OpenPayment;
  gateway: PaymentGateway;
  correlationId: string;
}

/**
 * Records what has come of a charge, and tells the workflow: a customer who is present may answer their bank, or try another
 * payment method.
 *
 * @throws Failure `Busy` if the customer has already chosen another one.
 */
export async function conclude(
  { record: before, order, open, gateway, correlationId }: Tried,
  result: ChargeResult,
): Promise<StepResult> {
  const { orderId } = order;
  // Unless this order is being undone, its records were lost: it can't be paid any more.
  if (result === "VOIDED") return { outcome: "UNAVAILABLE" };
  if (result === "CHARGED") {
    const { record, isChanged } = await markCharged(db, { orderId, totalMinor: open.amountMinor });
    if (record.status !== "CHARGED") {
      // Should the provider refuse, the refund finds the same, and parks the order.
      await gateway.void(open);
      return { outcome: "STOPPED" };
    }
    if (isChanged) measure({ PaymentsProcessed: 1 }, { orderId, correlationId });
    return { outcome: "CHARGED" };
  }
  const awaited = open.customerIsPresent
    ? awaitAfter(before, result, paymentPatience(), deadlineOf(order, deadlineMs()))
    : undefined;
  if (!awaited) return { outcome: typeof result === "string" ? result : "PAYMENT_DECLINED" };
  const { status, awaiting } = await markAwaiting(db, orderId, before, awaited);
  if (status === "CHARGED") return { outcome: "CHARGED" };
  if (status === "CHARGING")
    throw new Failure("Busy", `The customer has chosen another payment method for ${orderId}.`);
  return status === "AWAITING_CUSTOMER" && awaiting ? outcomeOfAwaiting(awaiting) : { outcome: "STOPPED" };
}
