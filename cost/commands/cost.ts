// npm run cost -- --orders 10000: what a month costs. --help tells of what it depends.

import { command } from "../../lib/command.ts";
import { billOf } from "../bill.ts";
import { readBillOptions } from "../bill-options.ts";
import { billText } from "../bill-text.ts";

await command(async () => {
  const { json, ...options } = readBillOptions(process.argv.slice(2));
  console.log(json ? JSON.stringify({ ...options, ...billOf(options) }, null, 2) : billText(options));
});
