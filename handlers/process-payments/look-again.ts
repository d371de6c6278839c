import { Failure } from "../../domain/failure.ts";
import { mayProceed } from "../../domain/fulfilment.ts";
import type { Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { type ChargeResult, type OpenPayment, type PaymentGateway, paymentOf } from "../../payments/port.ts";
import { beginLook } from "../../store/awaited-payments.ts";
import { db } from "../lib/db.ts";
import { gateways } from "../lib/gateways.ts";
import type { StepResult } from "../lib/step.ts";
import { conclude } from "./conclude.ts";

/**
 * Finds out what has come of a payment that waits for the customer.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function lookAgain(order: Order, correlationId: string): Promise<StepResult> {
  if (!mayProceed(order)) return { outcome: "STOPPED" };
  const record = await beginLook(db, order.orderId);
  if (record.status !== "AWAITING_CUSTOMER")
    throw new Failure("Busy", `The payment of ${order.orderId} changed meanwhile.`);
  const { gateway, open, result } = await lookAt(order, record);
  return conclude({ record, order, open, gateway, correlationId }, result);
}

/** Asks the provider about a payment that waits for the customer. */
export async function lookAt(
  order: Order,
  record: PaymentRecord,
): Promise<{ gateway: PaymentGateway; open: OpenPayment; result: ChargeResult }> {
  const gateway = await gateways.open(gateways.nameFor(record));
  // It is recorded before anything is tried.
  const open = { ...paymentOf(order, record), providerId: record.providerId ?? "" };
  return { gateway, open, result: await gateway.look(open) };
}
