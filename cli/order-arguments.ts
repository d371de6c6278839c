import { Argument, InvalidArgumentError } from "commander";
import { readOrderId } from "../domain/ids.ts";
import { ID } from "./help.ts";
import type { RequestedItem } from "./verbs/place.ts";

/** How an id begins, so far that it says something. */
const BEGINNING = /^[0-9a-f]{8}(-[0-9a-f-]{0,27})?$/;

/** Reads an order's id, or its beginning, however it is written. @returns In lower case, with hyphens. */
export function orderId(text: string): string {
  const id = readOrderId(text);
  if (BEGINNING.test(id)) return id;
  throw new InvalidArgumentError(`An order's id looks like ${ID}; at least its first 8 characters are needed.`);
}

/** The order that a verb is about. */
export function orderArgument(): Argument {
  return new Argument("<id>", "the order's id, or the beginning of it").argParser(orderId);
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

/** Reads an amount of money, such as 29.99. How many decimal places the shop's currency has is for the API to say. */
export function amount(text: string): number {
  if (/^\d+(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be an amount such as 29.99.");
}
