import { awaitingOf } from "../../domain/awaited-payment.ts";
import { askToLook } from "../../store/awaited-payments.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { db } from "../lib/db.ts";
import type { StepInput, StepResult } from "../lib/step.ts";
import { wakeExecutions } from "../lib/wake-executions.ts";
import { lookAt } from "./look-again.ts";

/**
 * Lets the workflow go on with a payment that waits for the customer, if the provider says that something has come of it.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function settle({ orderId }: StepInput): Promise<StepResult> {
  const { order, payment } = await readFulfilment(db, orderId);
  const awaiting = awaitingOf(payment);
  if (!payment || !awaiting) return { outcome: "NOT_AWAITED" };
  const { result } = await lookAt(order, payment);
  const isStillAsked = typeof result === "object" && awaiting.for === "ACTION";
  if (isStillAsked || result === awaiting.declineReason) return { outcome: "AWAITING_CUSTOMER" };
  await wakeExecutions(orderId, await askToLook(db, orderId));
  return { outcome: "ANSWERED" };
}
