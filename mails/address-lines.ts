import { addressFields } from "../domain/addresses.ts";
import { ALPHA_2 } from "../domain/countries.ts";
import type { Order } from "../domain/order.ts";

/** An order's delivery address as lines. @returns None if the order has no address. */
export function addressLines({ customerName = "", shippingAddress }: Order, locale: string): string[] {
  if (!shippingAddress) return [];
  const { street, country } = shippingAddress;
  const region = ALPHA_2.get(country) ?? country;
  // In its country's order, and then what customers gave although it has no place there.
  const order = addressFields(region).map(({ field }) => field);
  const fields = new Set([...order, "district", "city", "state", "zipCode"] as const);
  const place = [...fields].flatMap((field) => (field === "street" ? [] : (shippingAddress[field] ?? []))).join(" ");
  const countryName = new Intl.DisplayNames(locale, { type: "region" }).of(region) ?? country;
  return [customerName, street, place, countryName].filter((line) => line !== "");
}
