import { updateStatus } from "../domain/back-office.ts";
import { toFullOrder } from "../domain/contract/response-bodies.ts";
import { updateOrderStatus } from "../domain/contract/schemas.ts";
import { flagShortOrders } from "../store/shortage.ts";
import { takeReserved } from "../store/stock.ts";
import { changeOnRequest } from "./lib/change-on-request.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";

/**
 * Records that an order was shipped, which takes its units off the shelf, or delivered. If it was short of them, it left with
 * those of other orders, which are short now.
 */
export const handler = endpoint("PUT /orders/{orderId}", async (request) => {
  const input = request.body(updateOrderStatus);
  const { order, isChanged } = await changeOnRequest(request, (order) => {
    const change = updateStatus(order, input);
    return change && input.status === "SHIPPED" ? { ...change, with: takeReserved(db, order.items) } : change;
  });
  // Nothing else can fail the conditions on its products.
  if (order.status !== input.status) throw new Error(`A product of the order ${order.orderId} is gone: restore it.`);
  const productIds = order.items.map(({ productId }) => productId);
  // Also when the request is repeated: the first one may not have come this far.
  const short = input.status === "SHIPPED" ? await flagShortOrders(db, productIds) : [];
  const outcome = `${isChanged ? "updated" : "unchanged"}${short.length > 0 ? ", orders are short" : ""}`;
  return { status: 200, body: toFullOrder(order), orderId: order.orderId, outcome };
});
