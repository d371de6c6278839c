import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import { COUNTRIES } from "./addresses.ts";

/** The codes by which requests can name a country, two letters or three where ISO 3166-1 has them, each with the two letters. */
export const ALPHA_2: ReadonlyMap<string, string> = new Map([
  ...COUNTRIES.map((alpha2) => [alpha2, alpha2] as const),
  ...Object.entries(iso31661Alpha2ToAlpha3).map(([alpha2, alpha3]) => [alpha3, alpha2] as const),
]);
