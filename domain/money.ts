import { MAX_LINES, MAX_QUANTITY } from "./quantities.ts";

/**
 * Amounts are decimal numbers in the API and integers of the currency's minor unit everywhere else, so that sums are exact:
 * 10997 is $109.97, ¥10,997 or KWD 10.997. Both conversions are exact up to {@link MAX_TOTAL_MINOR}: below 2^51, the error of
 * multiplying by a power of ten is far less than half a minor unit, and dividing by it gives the double nearest to the decimal
 * number, which is what parsing its digits gives.
 *
 * Currencies are ISO 4217 codes, such as USD.
 */

/**
 * The currencies that don't have two decimal places. Source: ISO 4217, list one. Not `Intl`, whose data drop the decimal
 * places that nobody pays with any more, while payment providers keep them.
 */
const WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND";

/** The highest unit price, in minor units: payment providers accept at most eight digits. */
export const MAX_PRICE_MINOR = 99_999_999;

/** The highest total, in minor units. */
export const MAX_TOTAL_MINOR = MAX_LINES * MAX_QUANTITY * MAX_PRICE_MINOR;

/** A currency's decimal places: 0, 2 or 3. */
export function decimalsOf(currency: string): number {
  if (WITHOUT_DECIMALS.includes(currency)) return 0;
  return WITH_THREE_DECIMALS.includes(currency) ? 3 : 2;
}

/** Converts an amount that {@link isMoney} accepts to minor units: 109.97 in USD is 10997. */
export function toMinor(amount: number, currency: string): number {
  // + 0 turns -0 into 0.
  return Math.round(amount * 10 ** decimalsOf(currency)) + 0;
}

/** Converts minor units to a decimal amount: 10997 in USD is 109.97. */
export function fromMinor(minor: number, currency: string): number {
  return minor / 10 ** decimalsOf(currency);
}

/** Whether the amount has no more decimal places than the currency. */
export function isMoney(amount: number, currency: string): boolean {
  return fromMinor(toMinor(amount, currency), currency) === amount;
}

/**
 * A decimal amount as customers read it, rounded to the currency's decimal places: `$109.97`, `¥10,997` or `KWD 10.997`.
 *
 * @param locale - BCP 47. In `de-DE`, it is `109,97 $`.
 */
export function formatMoney(amount: number, currency: string, locale = "en-US"): string {
  const minimumFractionDigits = decimalsOf(currency);
  return new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits }).format(amount);
}

/** The total of order lines, in minor units. */
export function totalOf(lines: readonly { quantity: number; unitPriceMinor: number }[]): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}
