import { toFullOrder, toPayment, toPublicOrder } from "../domain/contract/response-bodies.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn, throwNotFound } from "./lib/order-in-path.ts";
import { hasOrderToken } from "./lib/order-token.ts";

/** Shows an order: all of it to the back office, nothing personal to the storefront, and to its customer how to pay. */
export const handler = endpoint("GET /orders/{orderId}", async (request) => {
  const orderId = orderIdIn(request);
  const { order, payment } = await readFulfilment(db, orderId).catch(throwNotFound);
  const found = { status: 200, orderId, outcome: "found" };
  if (request.audience === "backoffice") return { ...found, body: toFullOrder(order, payment) };
  const viewer = (await hasOrderToken(request, orderId)) ? "customer" : "anyone";
  return { ...found, body: toPublicOrder(order, payment && toPayment(payment, viewer)) };
});
