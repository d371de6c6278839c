import { ledgerOf } from "../../domain/payment-ledger.ts";
import { paymentOf } from "../../payments/port.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { db } from "../lib/db.ts";
import { gateways } from "../lib/gateways.ts";
import { recordRefund } from "../lib/record-payment.ts";
import type { StepInput, StepResult } from "../lib/step.ts";

/** Names a refund of an order. */
interface RefundInput extends StepInput {
  refundId?: string;
}

/**
 * Makes a refund that the back office asked for, once.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function refundPart({ orderId, correlationId, refundId }: RefundInput): Promise<StepResult> {
  const { order, payment } = await readFulfilment(db, orderId);
  const refund = ledgerOf(payment).refunds.find((refund) => refund.refundId === refundId);
  if (!refund || payment?.providerId === undefined) return { outcome: "NOTHING_TO_REFUND" };
  if (refund.status !== "PENDING") return { outcome: refund.status };

  const gateway = await gateways.open(gateways.nameFor(payment));
  const state = await gateway.refund({ ...paymentOf(order, payment), providerId: payment.providerId }, refund);
  const made = { ...refund, state, at: new Date().toISOString() };
  await recordRefund({ order, payment }, correlationId, made, "call");
  return { outcome: state };
}
