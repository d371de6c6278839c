import { InvalidArgumentError } from "commander";
import { ORDER_ID_PATTERN } from "../../orders/schemas.ts";
import { ID } from "./help.ts";
import type { RequestedItem } from "./place.ts";

/** Reads an order's id. */
export function orderId(text: string): string {
  if (ORDER_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`An order's id looks like ${ID}.`);
}

/** Reads what to order, one `PRODUCT:QUANTITY` after the other. Without a quantity, it is one. */
export function requestedItems(text: string, before: RequestedItem[] = []): RequestedItem[] {
  const [, productId, quantity = "1"] = /^([^:]+)(?::([1-9]\d*))?$/.exec(text) ?? [];
  if (productId !== undefined) return [...before, { productId, quantity: Number(quantity) }];
  throw new InvalidArgumentError("It has to be PRODUCT:QUANTITY, such as PROD-001:2.");
}

/** Makes a reader of whole numbers. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It has to be a whole number ${bounds}.`);
  };
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads a time such as 90s, 15m, 2h or 1d. @returns Seconds. */
export function duration(text: string): number {
  const [, number, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (UNITS[unit] ?? Number.NaN);
  throw new InvalidArgumentError("It has to be a time such as 90s, 15m, 2h or 1d.");
}

/** Reads a time such as 2027-01-31T12:00:00Z. */
export function time(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It has to be a time with its zone, such as 2027-01-31T12:00:00Z.");
}

/** Reads an amount of money, such as 29.99. */
export function amount(text: string): number {
  if (/^\d+(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It has to be an amount such as 29.99.");
}
