/**
 * Stripe's amounts. They are whole numbers of the minor unit, like ours, with the exceptions below. Source:
 * https://docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies" and "Special cases".
 */

/** Without decimal places in ISO 4217; with two at Stripe, always 00. */
const IN_HUNDREDTHS = ["ISK", "UGX"];

/** With two decimal places in ISO 4217, though nobody pays with them; without any at Stripe. */
const IN_WHOLE_UNITS = ["MGA"];

/** With three decimal places, of which the last must be 0. */
const IN_TENS = ["BHD", "JOD", "KWD", "OMR", "TND"];

/** Of how many minor units the amounts that Stripe charges and refunds must be a multiple. */
export function stripeStep(currency: string): number {
  if (IN_WHOLE_UNITS.includes(currency)) return 100;
  return IN_TENS.includes(currency) ? 10 : 1;
}

/**
 * Converts an amount to Stripe's.
 *
 * @param minor - Minor units.
 * @param currency - ISO 4217.
 * @returns Undefined if Stripe can't charge or refund exactly this.
 */
export function toStripeAmount(minor: number, currency: string): number | undefined {
  if (minor % stripeStep(currency) !== 0) return undefined;
  if (IN_WHOLE_UNITS.includes(currency)) return minor / 100;
  return IN_HUNDREDTHS.includes(currency) ? minor * 100 : minor;
}

/** Converts Stripe's amount to minor units. The currency is in capitals; Stripe's own is not. */
export function fromStripeAmount(amount: number, currency: string): number {
  if (IN_WHOLE_UNITS.includes(currency)) return amount * 100;
  return IN_HUNDREDTHS.includes(currency) ? amount / 100 : amount;
}
