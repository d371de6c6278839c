import { Failure } from "../domain/failure.ts";
import { isUndone } from "../domain/fulfilment.ts";
import { latencyOf, needsWork } from "../domain/order.ts";
import { changeOrder } from "../store/change-order.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { db } from "./lib/db.ts";
import { measure } from "./lib/metrics.ts";
import { step } from "./lib/step.ts";

/** Ends an order that is fully undone: as CANCELLED if that was requested, otherwise as FAILED with the reason. */
export const handler = step("end-order", async ({ orderId, correlationId }) => {
  // What is undone stays undone, so this may be read before the order.
  const done = await readFulfilment(db, orderId);
  const failureReason = done.payment?.reason ?? "UNAVAILABLE";
  const { order, isChanged } = await changeOrder(db, orderId, correlationId, (order) => {
    if (!needsWork(order)) return undefined;
    if (!isUndone(done)) throw new Failure("Busy", `Not everything is undone yet for the order ${orderId}.`);
    return order.cancelRequestedAt === undefined ? { status: "FAILED", failureReason } : { status: "CANCELLED" };
  });
  if (isChanged) {
    const about = { orderId, correlationId };
    if (order.status === "FAILED") measure({ OrdersFailed: 1 }, { ...about, reason: failureReason });
    if (order.status === "FAILED" && failureReason === "UNAVAILABLE") measure({ OrdersUnavailable: 1 }, about);
    // The latency of an order cancelled after completion was measured when it was completed.
    if (!order.history.some(({ status }) => status === "COMPLETED")) measure({ OrderLatency: latencyOf(order) }, about);
  }
  return { outcome: order.status };
});
