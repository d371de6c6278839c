import { Option } from "commander";
import { MAX_LINES } from "../../domain/quantities.ts";
import type { BillOptions } from "../../tools/cost/bill.ts";
import { REGIONS } from "../../tools/cost/prices.ts";
import { wholeNumber } from "../arguments.ts";
import { commandLine } from "../command-line.ts";

/**
 * Reads the command's arguments.
 *
 * @throws Error, a sentence, for what can't be billed.
 */
export function readBillOptions(args: string[]): BillOptions & { json: boolean } {
  return commandLine("npm run cost --", "Prints what so many orders a month cost on AWS. docs/cost.md tells more.")
    .requiredOption("--orders <number>", "how many orders a month", wholeNumber(0, 1e12))
    .option("--items <number>", "different products of each order", wholeNumber(1, MAX_LINES), 2)
    .addOption(new Option("--region <name>", "where").choices(REGIONS).default("us-east-1"))
    .option("--kms", "with a key of the account's own", false)
    .option("--waf", "with a web ACL before the APIs", false)
    .option("--json", "print one JSON document, for scripts", false)
    .parse(args, { from: "user" })
    .opts();
}
