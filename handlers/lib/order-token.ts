import type { Viewer } from "../../domain/audience.ts";
import { isOrderToken } from "../../domain/order-token.ts";
import { orderNotFound } from "./order-in-path.ts";
import type { ApiRequest } from "./request.ts";
import { verifySigned } from "./signing-secrets.ts";

/**
 * Requires the order's token in the header `X-Order-Token`.
 *
 * @throws Problem `not-found`, as for an unknown order, if it is missing, expired, or not this order's.
 */
export async function requireOrderToken(request: ApiRequest, orderId: string): Promise<void> {
  const token = request.header("X-Order-Token");
  if (token === undefined) throw orderNotFound();
  await verifySigned((secrets) => {
    if (!isOrderToken(token, orderId, secrets)) throw orderNotFound();
  });
}

/**
 * Who wants to see an order: at the storefront its customer, by the order's token, or anyone who knows its id.
 *
 * @throws Problem `not-found`, as for an unknown order, if there is a token, but it has expired or is not this order's.
 */
export async function viewerOf(request: ApiRequest, orderId: string): Promise<Viewer> {
  if (request.audience === "backoffice") return "backoffice";
  if (request.header("X-Order-Token") === undefined) return "anyone";
  await requireOrderToken(request, orderId);
  return "customer";
}
