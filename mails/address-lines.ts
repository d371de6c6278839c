import { iso31661Alpha3ToAlpha2 } from "iso-3166/1-a3-to-1-a2.js";
import type { Order } from "../domain/order.ts";

/** An order's delivery address as lines. @returns None if the order has no address. */
export function addressLines({ customerName = "", shippingAddress }: Order, locale: string): string[] {
  if (!shippingAddress) return [];
  const { street, city, state, zipCode, country } = shippingAddress;
  const place = [city, state, zipCode].filter(Boolean).join(" ");
  return [customerName, street, place, countryName(country, locale)].filter((line) => line !== "");
}

/** @param code - ISO 3166-1, of two or three letters. */
function countryName(code: string, locale: string): string {
  const region = iso31661Alpha3ToAlpha2[code as keyof typeof iso31661Alpha3ToAlpha2] ?? code;
  return new Intl.DisplayNames(locale, { type: "region" }).of(region) ?? code;
}
