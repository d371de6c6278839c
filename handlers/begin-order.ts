import { wayOf } from "../domain/fulfilment.ts";
import { changeOrder } from "../store/change-order.ts";
import { step } from "./lib/step.ts";

/** Begins an order's processing if it is new, and says what the workflow has to do for it, whatever state it is in. */
export const handler = step("begin-order", async ({ orderId, correlationId }) => {
  const { order, isChanged } = await changeOrder(orderId, correlationId, (order) =>
    order.status === "PENDING" && wayOf(order) === "FULFIL" ? { status: "PROCESSING" } : undefined,
  );
  return { outcome: isChanged ? "begun" : "seen", next: wayOf(order) };
});
