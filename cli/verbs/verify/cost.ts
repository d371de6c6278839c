import { type BillOptions, billOf } from "../../../tools/cost/bill.ts";
import { billText } from "../../../tools/cost/bill-text.ts";
import type { Context, Report } from "../../context.ts";

export type CostOptions = Context<BillOptions>;

/** What a month costs. */
export async function cost({ options }: CostOptions): Promise<Report> {
  const { json: _, stack: __, ...wanted } = options;
  return { data: { ...wanted, ...billOf(wanted) }, text: billText(wanted) };
}
