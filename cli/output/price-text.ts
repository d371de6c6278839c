import { decimalsOf } from "../../domain/money.ts";

/** An amount with all of its currency's decimal places: 29.9 in USD is `29.90`. */
export function priceText(amount: number, currency: string): string {
  return amount.toFixed(decimalsOf(currency));
}
