import { gatewayOf } from "../orders/fulfilment.ts";
import { reasonOf } from "../orders/reasons.ts";
import { readFulfilment } from "./lib/fulfilment-store.ts";
import { beginVoid, markVoided } from "./lib/payment-record.ts";
import { configuredGateway, paymentGateway } from "./lib/payments/gateway.ts";
import { step } from "./lib/step.ts";

/** Makes sure that nothing is charged for an order, nor ever will be. An order that came through stays as it is. */
export const handler = step("refund-payment", async ({ orderId, error = "" }) => {
  const { order } = await readFulfilment(orderId);
  if (!(await beginVoid(order, reasonOf(error)))) return { outcome: "nothing to undo" };

  // Read after the fence: no name of the provider's can be added any more, and none means that nothing was charged.
  const { payment } = await readFulfilment(orderId);
  const { providerId } = payment ?? {};
  const gateway = () => paymentGateway(gatewayOf(payment ?? {}) ?? configuredGateway());
  const refundedMinor = providerId === undefined ? 0 : await (await gateway()).void(providerId);
  await markVoided(orderId, refundedMinor);
  return { outcome: refundedMinor > 0 ? "refunded" : "voided" };
});
