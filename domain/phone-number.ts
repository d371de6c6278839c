import { type CountryCode, type MetadataJson, parsePhoneNumberFromString } from "libphonenumber-js/core";
import formats from "./phone-formats.json" with { type: "json" };

/** The library's own, less what only printing needs: it is in a function's bundle. */
const METADATA = formats as unknown as MetadataJson;

/** Marks that can't be seen, such as those around a number that was copied from a contact. */
const INVISIBLE = /\p{Cf}/gu;

/** The zero that isn't dialled after a country code: `+49 (0) 30`. */
const TRUNK_ZERO = /[([]\s*0\s*[)\]]/;

/**
 * A telephone number as people write or paste it, in E.164. Its library weighs 70 kB: the shop's page loads this file only for
 * customers who give a number.
 *
 * @param country - Where a number without a country code is from (ISO 3166-1 alpha-2); without it, there is no such number.
 * @returns Undefined if it isn't one number that can be dialled from everywhere.
 */
export function toE164(text: string, country?: string): string | undefined {
  const visible = text.normalize("NFKC").replace(INVISIBLE, "").replace(/\s+/g, " ");
  // Some countries do dial the zero. If both readings are numbers, nobody knows which one is meant.
  const readings = new Set([visible.replace(TRUNK_ZERO, ""), visible].flatMap((each) => validNumbers(each, country)));
  return readings.size === 1 ? [...readings][0] : undefined;
}

/** One number, or none. */
function validNumbers(text: string, country: string | undefined): string[] {
  // It ignores countries that it doesn't know.
  const options = country === undefined ? {} : { defaultCountry: country as CountryCode };
  const number = parsePhoneNumberFromString(text.replace(/[()]/g, ""), options, METADATA);
  // An extension has no place in E.164.
  return number?.isValid() && number.ext === undefined ? [number.number] : [];
}

/**
 * Whether text messages may go to a phone number: some countries' cost so much that people have shops text numbers of their own.
 *
 * @param phone - In E.164.
 * @param countries - ISO 3166-1 codes of two letters.
 */
export function isTextable(phone: string, countries: readonly string[]): boolean {
  const { country } = parsePhoneNumberFromString(phone, {}, METADATA) ?? {};
  return country !== undefined && countries.includes(country);
}
