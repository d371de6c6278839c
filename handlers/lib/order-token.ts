import { isOrderToken } from "../../domain/order-token.ts";
import { Problem } from "../../domain/problem.ts";
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

/** Whether a request has the order's token. */
export async function hasOrderToken(request: ApiRequest, orderId: string): Promise<boolean> {
  if (request.header("X-Order-Token") === undefined) return false;
  try {
    await requireOrderToken(request, orderId);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
