import { iso31661Alpha3ToAlpha2 } from "iso-3166/1-a3-to-1-a2.js";
import { addressFields } from "../domain/addresses.ts";
import type { Order } from "../domain/order.ts";

/** An order's delivery address as lines. @returns None if the order has no address. */
export function addressLines({ customerName = "", shippingAddress }: Order, locale: string): string[] {
  if (!shippingAddress) return [];
  const { street, country } = shippingAddress;
  const region = iso31661Alpha3ToAlpha2[country as keyof typeof iso31661Alpha3ToAlpha2] ?? country;
  // In its country's order, and then what customers gave although it has no place there.
  const order = addressFields(region).map(({ field }) => field);
  const fields = new Set([...order, "district", "city", "state", "zipCode"] as const);
  const place = [...fields].flatMap((field) => (field === "street" ? [] : (shippingAddress[field] ?? []))).join(" ");
  const countryName = new Intl.DisplayNames(locale, { type: "region" }).of(region) ?? country;
  return [customerName, street, place, countryName].filter((line) => line !== "");
}
