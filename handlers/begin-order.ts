import { nextAction } from "../domain/fulfilment.ts";
import { changeOrder } from "../store/change-order.ts";
import { db } from "./lib/db.ts";
import { step } from "./lib/step.ts";

/** Begins to process a new order, and tells the workflow what to do next, whatever the order's status. */
export const handler = step("begin-order", async ({ orderId, correlationId }) => {
  const { order, isChanged } = await changeOrder(db, orderId, correlationId, (order) =>
    order.status === "PENDING" && nextAction(order) === "FULFIL" ? { status: "PROCESSING" } : undefined,
  );
  return { outcome: isChanged ? "begun" : "seen", next: nextAction(order) };
});
