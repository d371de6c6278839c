// npm run cost -- --orders 10000: what a month costs. --help tells of what it depends.

import { billOf } from "../../tools/cost/bill.ts";
import { billText } from "../../tools/cost/bill-text.ts";
import { command } from "../command.ts";
import { readBillOptions } from "./bill-options.ts";

await command(async () => {
  const { json, ...options } = readBillOptions(process.argv.slice(2));
  console.log(json ? JSON.stringify({ ...options, ...billOf(options) }, null, 2) : billText(options));
});
