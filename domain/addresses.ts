import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import { ADDRESS_FORMATS } from "./address-formats.ts";

/** How countries write their addresses. */

const FIELDS = { A: "street", D: "district", C: "city", S: "state", Z: "zipCode" } as const;

/** A field of a country's addresses. */
export interface AddressField {
  field: (typeof FIELDS)[keyof typeof FIELDS];
  /** What it is called there, in Google's words such as `eircode`; undefined where it has its usual name. */
  localName: string | undefined;
  isRequired: boolean;
}

const FORMATS = new Map(
  ADDRESS_FORMATS.flatMap(([format, countries]) => countries.split(" ").map((code) => [code, format] as const)),
);

const ALPHA_2 = new Map(Object.entries(iso31661Alpha2ToAlpha3).map(([alpha2, alpha3]) => [alpha3, alpha2]));

/** All countries, by their two letters: ISO 3166-1 alpha-2, Ascension Island, Tristan da Cunha and Kosovo. */
export const COUNTRIES: readonly string[] = [...FORMATS.keys()];

/** The codes by which an address can name its country: two letters or, where ISO 3166-1 has them, three. */
export const COUNTRY_CODES: readonly string[] = [...COUNTRIES, ...ALPHA_2.keys()].sort();

/**
 * The fields of a country's addresses, in their order there.
 *
 * @param country - One of {@link COUNTRY_CODES}; any other has none.
 */
export function addressFields(country: string): AddressField[] {
  const format = FORMATS.get(ALPHA_2.get(country) ?? country) ?? "";
  return [...format.matchAll(/([a-z])(?::(\w+))?(?: |$)/gi)].map(([, letter = "", localName]) => ({
    field: FIELDS[letter.toUpperCase() as keyof typeof FIELDS],
    localName,
    isRequired: letter === letter.toUpperCase(),
  }));
}
