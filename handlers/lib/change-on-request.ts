import type { Order } from "../../domain/order.ts";
import { changeOrder, type Decision } from "../../store/change-order.ts";
import { db } from "./db.ts";
import { orderIdIn, throwNotFound } from "./order-in-path.ts";
import type { ApiRequest } from "./request.ts";

/**
 * Changes the order in the request's path.
 *
 * @param decide - Decides the change from the current order; undefined if there is nothing to change.
 * @returns The order as it is now, and whether this request changed it.
 * @throws Problem `not-found`; Failure `Busy` if races or conflicts persist; and whatever `decide` throws.
 */
export async function changeOnRequest(
  request: ApiRequest,
  decide: (order: Order) => Decision | undefined,
): Promise<{ order: Order; isChanged: boolean }> {
  const orderId = orderIdIn(request);
  return changeOrder(db, orderId, request.correlationId, decide).catch(throwNotFound);
}
