import { updateStatus } from "../domain/back-office.ts";
import { toFullOrder } from "../domain/contract/response-bodies.ts";
import { updateOrderStatus } from "../domain/contract/schemas.ts";
import { changeOnRequest } from "./lib/change-on-request.ts";
import { endpoint } from "./lib/endpoint.ts";

/** Records that an order was shipped or delivered. */
export const handler = endpoint("PUT /orders/{orderId}", async (request) => {
  const input = request.body(updateOrderStatus);
  const { order, isChanged } = await changeOnRequest(request, (order) => updateStatus(order, input));
  const outcome = isChanged ? "updated" : "unchanged";
  return { status: 200, body: toFullOrder(order), orderId: order.orderId, outcome };
});
