// The API's rules for an order, and how each country writes its addresses. Only the checkout loads this file: the rules weigh
// as much as the rest of the shop's script.

// What the pages share. esbuild would split off what only this file and they share, and each page would load one more file.
import "./api.ts";
import "./basket-store.ts";
import "./basket.ts";
import "./dom.ts";
import "./product-view.ts";

export { COUNTRIES } from "../../domain/addresses.ts";
export { showAddressFields } from "./address-view.ts";
export { checkOrder } from "./check-order.ts";
