import { toFullOrder, toPublicOrder } from "../domain/contract/response-bodies.ts";
import { getOrder } from "../store/orders.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn, orderNotFound } from "./lib/order-in-path.ts";

/** Shows an order: all of it to the back office, nothing personal to the storefront. */
export const handler = endpoint("GET /orders/{orderId}", async (request) => {
  const orderId = orderIdIn(request);
  const order = await getOrder(db, orderId);
  if (!order) throw orderNotFound();
  const body = request.audience === "backoffice" ? toFullOrder(order) : toPublicOrder(order);
  return { status: 200, body, orderId, outcome: "found" };
});
