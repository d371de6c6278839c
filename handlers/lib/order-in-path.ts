import { Failure } from "../../domain/failure.ts";
import { ORDER_ID_PATTERN } from "../../domain/ids.ts";
import { Problem } from "../../domain/problem.ts";
import type { ApiRequest } from "./request.ts";

/** The order's id in the request's path. @throws Problem `not-found` if no order can have it. */
export function orderIdIn(request: ApiRequest): string {
  const orderId = request.pathParameter("orderId");
  if (!ORDER_ID_PATTERN.test(orderId)) throw orderNotFound();
  return orderId;
}

/** The answer about an order that doesn't exist. */
export function orderNotFound(): Problem {
  return new Problem("not-found", "There is no order with this id.");
}

/** For `catch`: answers a Failure `OrderNotFound` as requests are answered. @throws Problem `not-found`, or the error itself. */
export function throwNotFound(error: unknown): never {
  throw error instanceof Failure && error.name === "OrderNotFound" ? orderNotFound() : error;
}
