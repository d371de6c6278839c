import table from "./prices.json" with { type: "json" };

/** Name of a price in prices.json, which says what it is per. */
export type Price = keyof typeof table.prices;

/** A region that prices.json has. */
export type Region = (typeof REGIONS)[number];

export const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** Month from which the prices are. */
export const AS_OF = table.asOf;

/** A price in dollars for one unit. */
export function priceOf(price: Price, region: Region): number {
  return table.prices[price][region];
}
