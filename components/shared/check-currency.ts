import { data as iso4217 } from "currency-codes";
import { decimalsOf } from "../../domain/money.ts";
import { checkArgument } from "./arguments.ts";

/**
 * Checks a currency. Refuses those that nobody pays with, such as gold: ISO 4217 gives them no or four decimal places.
 * Throws like {@link checkArgument}.
 */
export function checkCurrency(argument: string, currency: string): void {
  const isPaidWith = iso4217.some(({ code, digits }) => code === currency && digits === decimalsOf(code));
  checkArgument(argument, currency, () => isPaidWith, "an ISO 4217 code in capitals, such as USD, EUR or JPY");
}
