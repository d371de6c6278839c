import { type Command, Option } from "commander";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { BOOKING_REASONS, MAX_STOCK } from "../../domain/stock.ts";
import { oneOf, wholeNumber } from "../arguments.ts";
import type { Context, Perform } from "../context.ts";
import { examples } from "../help.ts";
import type { ListOptions } from "./order-api.ts";
import type { BookOptions } from "./stock-bookings.ts";

const PRODUCT = ["<product>", "its id, such as PROD-001"] as const;

/** Verbs for the ledger of stock. */
export function addStockCommands(program: Command, perform: Perform): void {
  const stock = program.command("stock").description("What came, went and is there of each product.");

  stock
    .command("book")
    .description("Books what came or went of a product, or what was counted.")
    .argument(...PRODUCT)
    .addOption(
      new Option("--delta <units>", "units that came, or went if negative")
        .argParser(wholeNumber(-MAX_STOCK, MAX_STOCK))
        .conflicts(["count", "expected"]),
    )
    .option("--count <units>", "units on hand, as counted", wholeNumber(0, MAX_STOCK))
    .option(
      "--expected <units>",
      "units on hand that the count replaces, as they were shown when it began",
      wholeNumber(-MAX_STOCK, MAX_STOCK),
    )
    .requiredOption("--reason <reason>", `why: ${BOOKING_REASONS.join(", ")}`, oneOf(BOOKING_REASONS))
    .option("--reference <text>", "what it belongs to, such as a delivery note's number")
    .option("--note <text>", "anything else")
    .option("--key <key>", "Idempotency-Key: the same key books only once (default: a new one)")
    .addHelpText(
      "after",
      examples(
        ["orders stock book PROD-001 --delta 100 --reason RECEIVED --reference delivery-4711", "goods came in"],
        ["orders stock book PROD-001 --delta -2 --reason DAMAGED", "two broke"],
        ["orders stock book PROD-001 --count 498 --expected 500 --reason COUNTED", "the shelf was counted"],
      ),
    )
    .action(
      perform(async (context: Context<BookOptions>, id: string) => {
        const { bookStock } = await import("./stock-bookings.ts");
        return bookStock(context, id);
      }),
    );

  stock
    .command("list")
    .description("Lists the bookings of a product, the newest first.")
    .argument(...PRODUCT)
    .option("--limit <count>", "maximum number of entries", wholeNumber(1, MAX_LIMIT))
    .option("--cursor <cursor>", "continues where the previous page ended")
    .addOption(new Option("--all", "every page of the list").conflicts("limit"))
    .addHelpText("after", examples(["orders stock list PROD-001", "who booked what, and why"]))
    .action(
      perform(async (context: Context<ListOptions>, id: string) => {
        const { showBookings } = await import("./stock-bookings.ts");
        return showBookings(context, id);
      }),
    );

  stock
    .command("check")
    .description("Compares the stock of every product with its bookings and orders. Reads the whole table.")
    .option("--fix", "set the stock to what they say, book that as a CORRECTION, and flag orders that are short")
    .option("--yes", "don't ask before correcting what version 0.1 seems to have set")
    .addHelpText(
      "after",
      examples(
        ["orders stock check", "does everything add up?"],
        ["orders stock check --fix", "after a restoration, or an upgrade from version 0.1"],
      ),
    )
    .action(
      perform(async (context: Context<{ fix?: true; yes?: true }>) => {
        const { check } = await import("./stock-check.ts");
        return check(context);
      }),
    );
}
