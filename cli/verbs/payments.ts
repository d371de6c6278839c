import { type Command, Option } from "commander";
import { duration } from "../arguments.ts";
import type { Context, Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { amount, orderArgument, requestedItems } from "../order-arguments.ts";
import type { RefundOptions } from "./refund.ts";

/** Verbs for the payments of orders. */
export function addPaymentCommands(program: Command, perform: Perform): void {
  program
    .command("refund")
    .description("Refunds a part of an order, or all of it, also after it was shipped. Asks first.")
    .addArgument(orderArgument())
    .addOption(new Option("--amount <amount>", "how much, such as 29.99").argParser(amount).conflicts("item"))
    .option("--item <item...>", "units of what was ordered, PRODUCT:QUANTITY each", requestedItems)
    .requiredOption("--reason <text>", "why; the customer doesn't see it")
    .option("--key <key>", "Idempotency-Key: the same key refunds only once (default: a new one)")
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      examples(
        [`orders refund ${ID} --item PROD-001:1 --reason "Came back unopened"`, "one unit, at its price in the order"],
        [`orders refund ${ID} --amount 5 --reason Scratched`, "a part of the price"],
        [`orders get ${ID}`, "see what became of it, and what is left"],
      ),
    )
    .action(
      perform(async (context: Context<RefundOptions>, given: string) => {
        const { refund } = await import("./refund.ts");
        return refund(context, given);
      }),
    );

  const payments = program.command("payments").description("What happened at the payment provider.");

  payments
    .command("replay")
    .description(
      "Handles what Stripe could not report, for example as the stack was down. Reports that were handled are skipped.",
    )
    .addOption(
      new Option("--since <time>", "how long ago it happened at most; Stripe keeps events for 30 days")
        .argParser(duration)
        .default(3 * 86_400, "3d"),
    )
    .addHelpText("after", examples(["orders payments replay --since 12h --stack prod", "after an outage"]))
    .action(
      perform(async (context: Context<{ since: number }>) => {
        const { replayReports } = await import("./replay-reports.ts");
        return replayReports(context);
      }),
    );

  payments
    .command("check")
    .description(
      "Compares the payments at Stripe with the orders, enters what our ledger misses, and says what to do about the rest.",
    )
    .addOption(
      new Option("--since <time>", "how long ago the payment, refund or dispute, or the order, began at most")
        .argParser(duration)
        .default(7 * 86_400, "7d"),
    )
    .addHelpText(
      "after",
      examples(["orders payments check --stack prod", "when the alarm unreconciled-payments fires"]),
    )
    .action(
      perform(async (context: Context<{ since: number }>) => {
        const { checkPayments } = await import("./payments-check.ts");
        return checkPayments(context);
      }),
    );
}
