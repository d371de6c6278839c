import { readFulfilment } from "../store/fulfilment.ts";
import { releaseStock } from "../store/stock.ts";
import { db } from "./lib/db.ts";
import { step } from "./lib/step.ts";

/** Releases an order's stock after its payment is voided: only then is it certain that nothing completes the order. */
export const handler = step("release-stock", async ({ orderId }) => {
  const { order, payment, reservation } = await readFulfilment(db, orderId);
  if (payment?.status !== "VOIDED") return { outcome: "NOTHING_TO_UNDO" };
  return { outcome: (await releaseStock(db, order, reservation)) ? "RELEASED" : "NOTHING_RESERVED" };
});
