import { toFullOrder, toPublicOrder } from "../domain/contract/responses.ts";
import { ORDER_ID_PATTERN } from "../domain/contract/schemas.ts";
import { Problem } from "../domain/problem.ts";
import { getOrder } from "../store/orders.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";

/** Shows an order: all of it to the back office, nothing personal to the storefront. */
export const handler = endpoint("GET /orders/{orderId}", async (request) => {
  const orderId = request.pathParameter("orderId");
  const order = ORDER_ID_PATTERN.test(orderId) ? await getOrder(db, orderId) : undefined;
  if (!order) throw new Problem("not-found", "There is no order with this id.");
  const body = request.audience === "backoffice" ? toFullOrder(order) : toPublicOrder(order);
  return { status: 200, body, orderId, outcome: "found" };
});
