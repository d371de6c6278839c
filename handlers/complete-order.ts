import { mayProceed } from "../domain/fulfilment.ts";
import { isFulfilled } from "../domain/lifecycle.ts";
import { latencyOf } from "../domain/order.ts";
import { changeOrder } from "../store/change-order.ts";
import { partIs } from "../store/fulfilment.ts";
import { db } from "./lib/db.ts";
import { measure } from "./lib/metrics.ts";
import { step } from "./lib/step.ts";

/** Completes an order whose stock is reserved and whose payment is charged, unless it was cancelled in the meantime. */
export const handler = step("complete-order", async ({ orderId, correlationId }) => {
  const { order, isChanged } = await changeOrder(db, orderId, correlationId, (order) => {
    if (!mayProceed(order)) return undefined;
    const conditions = [partIs(db, orderId, "PAYMENT", "CHARGED"), partIs(db, orderId, "RESERVATION", "RESERVED")];
    return { status: "COMPLETED", with: conditions };
  });
  if (isChanged) measure({ OrdersProcessed: 1, OrderLatency: latencyOf(order) }, { orderId, correlationId });
  return { outcome: isFulfilled(order.status) && !order.cancelRequestedAt ? "COMPLETED" : "STOPPED" };
});
