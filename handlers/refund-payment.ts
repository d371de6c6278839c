import { failureReasonFor } from "../domain/failure-reasons.ts";
import { type Fulfilment, mayBePaidUnrecorded } from "../domain/fulfilment.ts";
import type { Voided } from "../domain/payment.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { beginVoid, markVoided } from "../store/payments.ts";
import { db } from "./lib/db.ts";
import { gateways } from "./lib/gateways.ts";
import { step } from "./lib/step.ts";

/** Makes sure that nothing is charged for an order, now or ever. An order that was fulfilled stays as it is. */
export const handler = step("refund-payment", async ({ orderId, error = "" }) => {
  const { order } = await readFulfilment(db, orderId);
  if (!(await beginVoid(db, order, failureReasonFor(error)))) return { outcome: "nothing to undo" };

  // Read only now, since VOIDING keeps the provider's id from being added: without one, nothing was charged, unless the
  // record was lost.
  const voided = await voidPayment(await readFulfilment(db, orderId));
  await markVoided(db, orderId, voided);
  if (voided.isDisputed) return { outcome: "disputed" };
  return { outcome: voided.refundedMinor > 0 ? "refunded" : "voided" };
});

const NOTHING: Voided = { refundedMinor: 0 };

/** Voids the order's payment at the provider, if there is one. */
async function voidPayment(fulfilment: Fulfilment): Promise<Voided> {
  const { order, payment } = fulfilment;
  if (payment?.providerId === undefined && !mayBePaidUnrecorded(fulfilment)) return NOTHING;
  const gateway = await gateways.open(gateways.nameFor(payment));
  const providerId = payment?.providerId ?? (await gateway.find(order.orderId));
  return providerId === undefined ? NOTHING : gateway.void(providerId);
}
