/** The languages that the shop writes to customers in: ISO 639-1. The first is the default. */
const LANGUAGES = ["en", "de"] as const;

/** A language that the shop writes in. */
export type LanguageCode = (typeof LANGUAGES)[number];

/** For customers who ask for none of the languages: BCP 47. */
export const DEFAULT_LOCALE = "en-US";

/** Whether the shop writes in a language. */
export function isWritten(language: string): language is LanguageCode {
  return LANGUAGES.some((each) => each === language);
}

/** The language of an order's locale. */
export function languageOf(locale: string): LanguageCode {
  const { language } = new Intl.Locale(locale);
  return isWritten(language) ? language : LANGUAGES[0];
}
