import { Failure } from "../domain/failure.ts";
import { gatewayOf, mayBePaidUnrecorded } from "../domain/fulfilment.ts";
import { configuredGateway, paymentGateway } from "../payments/gateways.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { beginCharge, keepProviderId, markCharged } from "../store/payments.ts";
import { measure } from "./lib/metrics.ts";
import { step } from "./lib/step.ts";

/**
 * Charges an order's payment, once whatever happens. The workflow may have given this call up and be undoing the order
 * already, so every record that is not as expected ends it, and what it may have charged is given back.
 */
export const handler = step("charge-payment", async ({ orderId, correlationId }) => {
  const before = await readFulfilment(orderId);
  const { order } = before;
  // Whoever began goes on, whatever is configured now: the customer may have been charged there.
  const name = gatewayOf(before.payment) ?? configuredGateway();
  const other = await beginCharge(order, name);
  if (other?.status === "CHARGED") return { outcome: "charged before" };
  if (other?.status === "CHARGING") throw new Failure("Busy", `Meanwhile, ${other.gateway} began with the payment.`);
  if (other) throw fenced(orderId);

  const gateway = await paymentGateway(name);
  const { totalMinor: amountMinor, currency, paymentMethod } = order;
  const payment = { paymentId: orderId, amountMinor, currency, ...(paymentMethod !== undefined && { paymentMethod }) };
  let providerId = before.payment?.providerId;
  if (providerId === undefined) {
    const found = mayBePaidUnrecorded(before) ? await gateway.find(orderId) : undefined;
    const opened = found ?? (await gateway.open(payment));
    const record = await keepProviderId(orderId, opened);
    if (record.status === "CHARGED") return { outcome: "charged before" };
    providerId = record.providerId ?? opened;
    if (record.status !== "CHARGING") return giveBack(providerId);
  }
  await gateway.charge({ ...payment, providerId });
  const { record, isChanged } = await markCharged(orderId);
  if (record.status !== "CHARGED") return giveBack(providerId);
  if (isChanged) measure({ PaymentsProcessed: 1 }, { orderId, correlationId });
  return { outcome: "charged" };

  async function giveBack(id: string): Promise<never> {
    await gateway.void(id);
    throw fenced(orderId);
  }
});

function fenced(orderId: string): Failure {
  return new Failure("Fenced", `The payment of the order ${orderId} was voided.`);
}
