import { readFulfilment } from "../store/fulfilment.ts";
import { reserve } from "../store/stock.ts";
import { step } from "./lib/step.ts";

/** Takes all lines of an order from the stock, or none. */
export const handler = step("reserve-stock", async ({ orderId }) => {
  const { order } = await readFulfilment(orderId);
  return { outcome: (await reserve(order)) ? "reserved" : "reserved before" };
});
