import { readFulfilment } from "../store/fulfilment.ts";
import { reserveStock } from "../store/stock.ts";
import { db } from "./lib/db.ts";
import { step } from "./lib/step.ts";

/** Reserves the stock of all lines of an order, or of none. */
export const handler = step("reserve-stock", async ({ orderId }) => {
  const { order, reservation } = await readFulfilment(db, orderId);
  return reserveStock(db, order, reservation);
});
