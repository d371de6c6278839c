import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * Whether text messages may go to a phone number: some countries' cost so much that people have shops text numbers of their own.
 *
 * @param phone - In E.164 form.
 * @param countries - ISO 3166-1 codes of two letters.
 */
export function isTextable(phone: string, countries: readonly string[]): boolean {
  const { country } = parsePhoneNumberFromString(phone) ?? {};
  return country !== undefined && countries.includes(country);
}
