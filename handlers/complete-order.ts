import { obstacleOf } from "../domain/fulfilment.ts";
import { latencyOf } from "../domain/order.ts";
import { changeOrder } from "../store/change-order.ts";
import { partIs } from "../store/fulfilment.ts";
import { measure } from "./lib/metrics.ts";
import { step } from "./lib/step.ts";

/** Completes an order whose stock is reserved and whose payment is charged, unless somebody cancelled it meanwhile. */
export const handler = step("complete-order", async ({ orderId, correlationId }) => {
  const { order, isChanged } = await changeOrder(orderId, correlationId, (order) => {
    if (["COMPLETED", "SHIPPED", "DELIVERED"].includes(order.status)) return undefined;
    const obstacle = obstacleOf(order);
    if (obstacle) throw obstacle;
    const conditions = [partIs(orderId, "PAYMENT", "CHARGED"), partIs(orderId, "RESERVATION", "RESERVED")];
    return { status: "COMPLETED", with: conditions };
  });
  if (isChanged) measure({ OrdersProcessed: 1, OrderLatency: latencyOf(order) }, { orderId, correlationId });
  return { outcome: isChanged ? "completed" : "completed before" };
});
