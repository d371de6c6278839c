// npm run cost -- --orders 10000 [--items 2] [--region us-east-1] [--workflow STANDARD] [--kms] [--waf] [--json]: what a month costs.

import { command } from "../../lib/command.ts";
import { billOf } from "../bill.ts";
import { readBillOptions } from "../bill-options.ts";
import { billText } from "../bill-text.ts";

await command(async () => {
  const { json, ...options } = readBillOptions(process.argv.slice(2));
  console.log(json ? JSON.stringify({ ...options, ...billOf(options) }, null, 2) : billText(options));
});
