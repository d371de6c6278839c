import { cancel } from "../domain/back-office.ts";
import { toCancelAccepted } from "../domain/contract/response-bodies.ts";
import { changeOnRequest } from "./lib/change-on-request.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn } from "./lib/order-in-path.ts";
import { requireOrderToken } from "./lib/order-token.ts";

/**
 * Requests an order's cancellation, for the back office or its customer. The workflow refunds the payment, releases the stock, and
 * then makes it CANCELLED.
 */
export const handler = endpoint("POST /orders/{orderId}/cancel", async (request) => {
  if (request.audience === "storefront") await requireOrderToken(request, orderIdIn(request));
  const { order, isChanged } = await changeOnRequest(request, cancel);
  const outcome = isChanged ? "cancel requested" : "requested before";
  return { status: 202, body: toCancelAccepted(order), orderId: order.orderId, outcome };
});
