import table from "./prices.json" with { type: "json" };

/** Name of a price in prices.json, which also has its unit. */
export type Price = keyof typeof table.prices;

/** A region in prices.json. */
export type Region = (typeof REGIONS)[number];

export const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** The prices' month, `YYYY-MM`. */
export const AS_OF = table.asOf;

/** A price in dollars per unit. */
export function priceOf(price: Price, region: Region): number {
  return table.prices[price][region];
}
