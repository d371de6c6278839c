import { toFullOrder, toPublicOrder } from "../orders/answers.ts";
import { Problem } from "../orders/problem.ts";
import { ORDER_ID_PATTERN } from "../orders/schemas.ts";
import { endpoint } from "./lib/endpoint.ts";
import { getOrder } from "./lib/order-store.ts";

/** Shows an order: all of it to the back office, nothing personal to the storefront. */
export const handler = endpoint("GET /orders/{orderId}", async (request) => {
  const orderId = request.pathParameter("orderId");
  const order = ORDER_ID_PATTERN.test(orderId) ? await getOrder(orderId) : undefined;
  if (!order) throw new Problem("not-found", "There is no order with this id.");
  const body = request.audience === "backoffice" ? toFullOrder(order) : toPublicOrder(order);
  return { status: 200, body, orderId, outcome: "found" };
});
