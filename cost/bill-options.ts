import { parseArgs } from "node:util";
import type { BillOptions } from "./bill.ts";
import { REGIONS } from "./prices.ts";

/** The most products that orders were counted with, and the most that an order may have. */
const MAX_ITEMS = 50;

const WORKFLOWS = ["STANDARD", "EXPRESS"] as const;

/**
 * Reads the command's arguments.
 *
 * @throws Error, a sentence, for what can't be billed.
 */
export function readBillOptions(args: string[]): BillOptions & { json: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      orders: { type: "string" },
      items: { type: "string", default: "2" },
      region: { type: "string", default: "us-east-1" },
      workflow: { type: "string", default: "STANDARD" },
      kms: { type: "boolean", default: false },
      waf: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { orders, items, region, workflow, ...rest } = values;
  if (orders === undefined) throw new Error('Say how many orders a month: "npm run cost -- --orders 10000".');
  return {
    orders: wholeNumber("orders", orders, 0, 1e12),
    items: wholeNumber("items", items, 1, MAX_ITEMS),
    region: oneOf("region", region, REGIONS),
    workflow: oneOf("workflow", workflow, WORKFLOWS),
    ...rest,
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`--${name} must be a whole number, ${least} to ${most}, and not "${text}".`);
}

function oneOf<T extends string>(name: string, text: string, values: readonly T[]): T {
  const value = values.find((known) => known === text);
  if (value !== undefined) return value;
  throw new Error(`--${name} must be one of ${values.join(", ")}, and not "${text}".`);
}
