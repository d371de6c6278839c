import { mapValues } from "es-toolkit";
import metadata from "libphonenumber-js/min/metadata";

/** In the library's metadata, a country is an array. Its fifth element says how its numbers are printed for people. */
const PRINTED_FORMATS = 4;

/**
 * The content of domain/phone-formats.json: the metadata of libphonenumber-js without what only printing needs, which is three
 * fifths of it.
 */
export function phoneFormats(): string {
  const { countries, nonGeographic, ...rest } = metadata;
  const needed = { ...rest, countries: unprinted(countries), nonGeographic: unprinted(nonGeographic) };
  // A line for each country, so that a new version's changes can be seen.
  return `${JSON.stringify(needed).replace(/,"(\w+)":(?=[[{])/g, ',\n"$1":')}\n`;
}

function unprinted(plans: object): object {
  return mapValues({ ...plans } as Record<string, unknown[]>, (plan) =>
    plan.map((part, index) => (index === PRINTED_FORMATS ? 0 : part)),
  );
}
