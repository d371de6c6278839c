import { COUNTRIES } from "../../domain/addresses.ts";
import { addressRequest, orderRequest } from "../../domain/contract/order-request.ts";
import { validate } from "../../domain/contract/violations.ts";

/** The page knows countries by their two letters only. */
const ADDRESS = addressRequest(new Map(COUNTRIES.map((country) => [country, country])));

/** What of an order's body its phone number depends on. */
interface Phoned {
  customerPhone?: unknown;
  shippingAddress?: { country?: string };
}

/**
 * Validates the body of `POST /orders` as the API does. A phone number becomes E.164; one without a country code is from the
 * address's country.
 *
 * @throws Error if the rules for phone numbers can't be loaded.
 */
export async function checkOrder(body: object, currency: string) {
  const { customerPhone, shippingAddress }: Phoned = body;
  const phones = customerPhone === undefined ? undefined : await import("../../domain/phone-number.ts");
  const toE164 = (text: string) => phones?.toE164(text, shippingAddress?.country);
  return validate(orderRequest(currency, { shippingAddress: ADDRESS, toE164 }), body);
}
