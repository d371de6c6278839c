import { MAX_LINES, MAX_QUANTITY } from "./quantities.ts";

/**
 * Money is a decimal number of dollars with at most two places outside, and a whole number of cents (minor units)
 * inside, so that sums are exact. Both directions are exact for amounts up to {@link MAX_TOTAL}: the error of one
 * multiplication by 100 stays far below half a cent up to 2^51 cents, and one division gives the double nearest to the
 * decimal number, which is the one that its digits are read as.
 */

/** The one currency, as an ISO 4217 code. */
export const CURRENCY = "USD";

/** The highest price of one unit, in dollars: payment providers take amounts of up to eight digits of cents. */
export const MAX_PRICE = 999_999.99;

/** The highest total, in dollars. */
export const MAX_TOTAL = MAX_LINES * MAX_QUANTITY * MAX_PRICE;

/** Cents of an amount in dollars that {@link isMoney} accepts. */
export function toMinor(amount: number): number {
  // Adding 0 turns -0 into 0.
  return Math.round(amount * 100) + 0;
}

/** Dollars of a whole number of cents, as JSON carries them: 10997 is 109.97. */
export function fromMinor(minor: number): number {
  return minor / 100;
}

/** Whether the number has at most two decimal places. */
export function isMoney(amount: number): boolean {
  return fromMinor(toMinor(amount)) === amount;
}

/** What lines cost together, in cents. */
export function totalOf(lines: readonly { quantity: number; unitPriceMinor: number }[]): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}
