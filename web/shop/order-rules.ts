// The API's rules for an order, and how each country writes its addresses. Only the checkout loads this file: the rules weigh
// as much as the rest of the shop's script.

import { placeOrder } from "../../domain/contract/order-request.ts";
import { validate } from "../../domain/contract/violations.ts";
import type { Violation } from "../../domain/problem.ts";
// What the pages share. esbuild would split off what only this file and they share, and each page would load one more file.
import "./api.ts";
import "./basket-store.ts";
import "./basket.ts";
import "./dom.ts";
import "./product-view.ts";

export { COUNTRIES } from "../../domain/addresses.ts";
export { showAddressFields } from "./address-view.ts";

/** Why the API would reject the body of `POST /orders`, as far as the page can know. */
export function violationsOf(body: object, currency: string): Violation[] {
  const checked = validate(placeOrder(currency), body);
  return checked.ok ? [] : checked.violations;
}
