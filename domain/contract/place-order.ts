import { ALPHA_2 } from "../countries.ts";
import { toE164 } from "../phone-number.ts";
import { addressRequest, orderRequest } from "./order-request.ts";

/** A shipping address. */
export const shippingAddress = addressRequest(ALPHA_2);

/** The body of `POST /orders`, with amounts in the shop's currency. */
export function placeOrder(currency: string) {
  return orderRequest(currency, { shippingAddress, toE164 });
}
