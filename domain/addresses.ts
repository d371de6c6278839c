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
  [...ADDRESS_FORMATS.matchAll(/^(.+)=(.+)$/gm)].flatMap(([, format = "", countries = ""]) =>
    (countries.match(/../g) ?? []).map((country) => [country, format] as const),
  ),
);

/** All countries, by their two letters: ISO 3166-1 alpha-2, and Ascension Island, Tristan da Cunha and Kosovo. */
export const COUNTRIES: readonly string[] = [...FORMATS.keys()];

/**
 * The fields of a country's addresses, in their order there.
 *
 * @param country - One of {@link COUNTRIES}; any other has none.
 */
export function addressFields(country: string): AddressField[] {
  const format = FORMATS.get(country) ?? "";
  return [...format.matchAll(/([a-z])(?::(\w+))?(?: |$)/gi)].map(([, letter = "", localName]) => ({
    field: FIELDS[letter.toUpperCase() as keyof typeof FIELDS],
    localName,
    isRequired: letter === letter.toUpperCase(),
  }));
}
