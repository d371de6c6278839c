import { readFulfilment } from "../store/fulfilment.ts";
import { release } from "../store/stock.ts";
import { step } from "./lib/step.ts";

/** Gives an order's stock back, once its payment is voided: only then can nothing complete the order any more. */
export const handler = step("release-stock", async ({ orderId }) => {
  const { order, payment, reservation } = await readFulfilment(orderId);
  if (payment?.status !== "VOIDED") return { outcome: "nothing to undo" };
  return { outcome: (await release(order, reservation)) ? "released" : "nothing to release" };
});
