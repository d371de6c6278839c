import { toE164 } from "../phone-number.ts";
import { orderRequest } from "./order-request.ts";

/** The body of `POST /orders`, with amounts in the shop's currency. */
export function placeOrder(currency: string) {
  return orderRequest(currency, toE164);
}
