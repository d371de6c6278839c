import { MAX_LINES, MAX_QUANTITY } from "./quantities.ts";

/**
 * Amounts are decimal dollars in the API and integer cents (minor units) everywhere else, so that sums are exact. Both
 * conversions are exact up to {@link MAX_TOTAL}: below 2^51 cents, the error of multiplying by 100 is far less than half
 * a cent, and dividing by 100 gives the double nearest to the decimal number, which is what parsing its digits gives.
 */

/** The only currency, as an ISO 4217 code. */
export const CURRENCY = "USD";

/** The highest unit price, in dollars: payment providers accept at most eight digits of cents. */
export const MAX_PRICE = 999_999.99;

/** The highest total, in dollars. */
export const MAX_TOTAL = MAX_LINES * MAX_QUANTITY * MAX_PRICE;

/** Converts dollars that {@link isMoney} accepts to cents. */
export function toMinor(amount: number): number {
  // + 0 turns -0 into 0.
  return Math.round(amount * 100) + 0;
}

/** Converts cents to dollars: 10997 is 109.97. */
export function fromMinor(minor: number): number {
  return minor / 100;
}

/** Whether the number has at most two decimal places. */
export function isMoney(amount: number): boolean {
  return fromMinor(toMinor(amount)) === amount;
}

/** The total of order lines, in cents. */
export function totalOf(lines: readonly { quantity: number; unitPriceMinor: number }[]): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}
