import { InvalidArgumentError } from "commander";
import { ORDER_ID_PATTERN } from "../domain/contract/schemas.ts";
import { ID } from "./help.ts";
import type { RequestedItem } from "./verbs/place.ts";

/** Reads an order's id. */
export function orderId(text: string): string {
  if (ORDER_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`An order's id looks like ${ID}.`);
}

/** Reads what to order, one `PRODUCT:QUANTITY` after the other. Without a quantity, it is one. */
export function requestedItems(text: string, before: RequestedItem[] = []): RequestedItem[] {
  const [, productId, quantity = "1"] = /^([^:]+)(?::([1-9]\d*))?$/.exec(text) ?? [];
  if (productId !== undefined) return [...before, { productId, quantity: Number(quantity) }];
  throw new InvalidArgumentError("It must be PRODUCT:QUANTITY, such as PROD-001:2.");
}

/** Reads a time such as 2027-01-31T12:00:00Z. */
export function time(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It must be a time with its zone, such as 2027-01-31T12:00:00Z.");
}

/** Reads an amount of money, such as 29.99. */
export function amount(text: string): number {
  if (/^\d+(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be an amount such as 29.99.");
}
