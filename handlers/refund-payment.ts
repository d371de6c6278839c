import { failureReasonFor } from "../domain/failure-reasons.ts";
import { type Fulfilment, gatewayOf, mayBePaidUnrecorded } from "../domain/fulfilment.ts";
import { configuredGateway, paymentGateway } from "../payments/gateways.ts";
import type { Voided } from "../payments/port.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { beginVoid, markVoided } from "../store/payments.ts";
import { step } from "./lib/step.ts";

/** Makes sure that nothing is charged for an order, nor ever will be. An order that came through stays as it is. */
export const handler = step("refund-payment", async ({ orderId, error = "" }) => {
  const { order } = await readFulfilment(orderId);
  if (!(await beginVoid(order, failureReasonFor(error)))) return { outcome: "nothing to undo" };

  // Read after the fence: no name of the provider's can be added any more, and none means that nothing was charged,
  // unless the record was lost.
  const voided = await giveBack(await readFulfilment(orderId));
  await markVoided(orderId, voided);
  if (voided.isDisputed) return { outcome: "disputed" };
  return { outcome: voided.refundedMinor > 0 ? "refunded" : "voided" };
});

const NOTHING: Voided = { refundedMinor: 0 };

/** Voids what the provider has of an order, if anything. */
async function giveBack(fulfilment: Fulfilment): Promise<Voided> {
  const { order, payment } = fulfilment;
  if (payment?.providerId === undefined && !mayBePaidUnrecorded(fulfilment)) return NOTHING;
  const gateway = await paymentGateway(gatewayOf(payment) ?? configuredGateway());
  const providerId = payment?.providerId ?? (await gateway.find(order.orderId));
  return providerId === undefined ? NOTHING : gateway.void(providerId);
}
