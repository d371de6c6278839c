import { Failure } from "../domain/failure.ts";
import { mayBePaidUnrecorded } from "../domain/fulfilment.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { beginCharge, keepProviderId, markCharged } from "../store/payments.ts";
import { db } from "./lib/db.ts";
import { gateways } from "./lib/gateways.ts";
import { measure } from "./lib/metrics.ts";
import { step } from "./lib/step.ts";

/**
 * Charges an order's payment exactly once. The workflow may have given up on this call and be undoing the order already,
 * so the call ends on any unexpected record, and voids whatever it may have charged.
 */
export const handler = step("charge-payment", async ({ orderId, correlationId }) => {
  const before = await readFulfilment(db, orderId);
  const { order } = before;
  const name = gateways.nameFor(before.payment);
  const other = await beginCharge(db, order, name);
  if (other?.status === "CHARGED") return { outcome: "charged before" };
  if (other?.status === "CHARGING")
    throw new Failure("Busy", `Another execution has started the payment at ${other.gateway}.`);
  if (other) throw fenced(orderId);

  const gateway = await gateways.open(name);
  const { totalMinor: amountMinor, currency, paymentMethod } = order;
  const payment = { paymentId: orderId, amountMinor, currency, ...(paymentMethod !== undefined && { paymentMethod }) };
  let providerId = before.payment?.providerId;
  if (providerId === undefined) {
    const found = mayBePaidUnrecorded(before) ? await gateway.find(orderId) : undefined;
    const opened = found ?? (await gateway.open(payment));
    const record = await keepProviderId(db, orderId, opened);
    if (record.status === "CHARGED") return { outcome: "charged before" };
    providerId = record.providerId ?? opened;
    if (record.status !== "CHARGING") return voidAndFail(providerId);
  }
  await gateway.charge({ ...payment, providerId });
  const { record, isChanged } = await markCharged(db, orderId);
  if (record.status !== "CHARGED") return voidAndFail(providerId);
  if (isChanged) measure({ PaymentsProcessed: 1 }, { orderId, correlationId });
  return { outcome: "charged" };

  async function voidAndFail(id: string): Promise<never> {
    await gateway.void(id);
    throw fenced(orderId);
  }
});

function fenced(orderId: string): Failure {
  return new Failure("Fenced", `The payment of the order ${orderId} was voided.`);
}
