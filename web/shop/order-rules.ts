// The API's rules for an order. Only the checkout loads this file: the rules weigh as much as the rest of the shop's script.

import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import { placeOrder } from "../../domain/contract/order-request.ts";
import { validate } from "../../domain/contract/violations.ts";
import type { Violation } from "../../domain/problem.ts";
// What the pages share. esbuild would split off what only this file and they share, and each page would load one more file.
import "./api.ts";
import "./basket-store.ts";
import "./basket.ts";
import "./dom.ts";
import "./product-view.ts";

/** The countries that an address may have (ISO 3166-1 alpha-2). */
export const COUNTRIES = Object.keys(iso31661Alpha2ToAlpha3);

/** Why the API would reject the body of `POST /orders`, as far as the page can know. */
export function violationsOf(body: object, currency: string): Violation[] {
  const checked = validate(placeOrder(currency), body);
  return checked.ok ? [] : checked.violations;
}
