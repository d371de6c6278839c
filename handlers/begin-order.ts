import { nextAction } from "../domain/fulfilment.ts";
import { isOverdue } from "../domain/restarts.ts";
import { changeOrder } from "../store/change-order.ts";
import { db } from "./lib/db.ts";
import { deadlineMs } from "./lib/deadline.ts";
import { step } from "./lib/step.ts";

/** Begins to process a new order, and tells the workflow what to do next, whatever the order's status. */
export const handler = step("begin-order", async ({ orderId, correlationId }) => {
  const { order, isChanged } = await changeOrder(db, orderId, correlationId, (order) =>
    order.status === "PENDING" && nextAction(order) === "FULFIL" && !isOverdue(order, deadlineMs())
      ? { status: "PROCESSING" }
      : undefined,
  );
  const next = nextAction(order);
  // The refund finds out whether it was charged in time after all.
  if (next === "FULFIL" && isOverdue(order, deadlineMs())) return { outcome: "UNAVAILABLE", next: "COMPENSATE" };
  return { outcome: isChanged ? "BEGUN" : "SEEN", next };
});
