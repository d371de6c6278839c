import { Failure } from "../../domain/failure.ts";
import { comparePayment, type Difference, type PaidOrder, type ProviderPayment } from "../../domain/reconciliation.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { db } from "../lib/db.ts";
import { type Paid, recordDispute, recordRefund } from "../lib/record-payment.ts";

/**
 * Compares a payment with its order, and enters what our ledger misses.
 *
 * @returns How many events were entered, and what differs nevertheless.
 * @throws Failure `Busy`: try again later.
 */
export async function settle(
  theirs: ProviderPayment,
  ours: PaidOrder | undefined,
  correlationId: string,
): Promise<{ entered: number; difference?: Difference }> {
  const { refunds, disputes, ...rest } = comparePayment(theirs, ours);
  // Read anew for each: the one before may have parked the order.
  for (const refund of refunds) await recordRefund(await paid(theirs), correlationId, refund, "reconciliation");
  for (const dispute of disputes) await recordDispute(await paid(theirs), correlationId, dispute);
  return { entered: refunds.length + disputes.length, ...rest };
}

async function paid({ orderId }: ProviderPayment): Promise<Paid> {
  const { order, payment } = await readFulfilment(db, orderId);
  if (!payment) throw new Failure("Busy", `The order ${orderId} changed meanwhile.`);
  return { order, payment };
}
