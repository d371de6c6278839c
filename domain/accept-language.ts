import Negotiator from "negotiator";
import { DEFAULT_LOCALE, isWritten } from "./locale.ts";

/**
 * The locale that a customer is written in: the first one that they accept and whose language the shop writes in, as language and
 * region, e.g. `de-AT`. Whatever else a tag may say is dropped.
 *
 * @param acceptLanguage - The request's header `Accept-Language`.
 */
export function localeFor(acceptLanguage = ""): string {
  const accepted = new Negotiator({ headers: { "accept-language": acceptLanguage } }).languages();
  const locale = accepted.map(toLocale).find((each) => each !== undefined && isWritten(each.language));
  return locale ? [locale.language, locale.region].filter(Boolean).join("-") : DEFAULT_LOCALE;
}

function toLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
