import { type Command, Option } from "commander";
import { pick } from "es-toolkit";
import type { FullProduct } from "../../domain/contract/responses.ts";
import type { PatchProduct, PutProduct } from "../../domain/contract/schemas.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { wholeNumber } from "../arguments.ts";
import type { Context, Perform, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { examples } from "../help.ts";
import { amount } from "../order-arguments.ts";
import { priceText } from "../output/price-text.ts";
import { table } from "../output/table.ts";
import { withTraits } from "../traits.ts";
import type { ListOptions } from "./order-api.ts";

/** Verbs for the catalogue. */
export function addProductCommands(program: Command, perform: Perform): void {
  const products = program.command("products").description("The catalogue of products.");

  products
    .command("list")
    .description("Lists products with their prices and stock.")
    .option("--limit <count>", "maximum number of entries", wholeNumber(1, MAX_LIMIT))
    .option("--cursor <cursor>", "continues where the previous page ended")
    .addOption(new Option("--all", "every page of the list").conflicts("limit"))
    .addHelpText("after", examples(["orders products list --all", "the whole catalogue"]))
    .action(
      perform<[], ListOptions>(async ({ stack, options, page }) => {
        const { listProducts, moreText } = await import("./order-api.ts");
        const list = await listProducts((await stack()).backOffice, options);
        const rows = list.products.map(({ productId, name, price, currency, stock, onHand, reserved, active }) => [
          ...[productId, name, priceText(price, currency), String(stock)],
          ...[String(reserved ?? "?"), String(onHand ?? "?"), active ? "" : "inactive"],
        ]);
        const heads = ["PRODUCT", "NAME", "PRICE", "STOCK", "RESERVED", "ON HAND", ""];
        const shown = rows.length === 0 ? "No products." : table(heads, rows, page);
        return { data: list, text: shown + moreText(list) };
      }),
    );

  products
    .command("put")
    .description("Adds a product, or replaces what describes it.")
    .argument("<product>", "its id, such as PROD-001")
    .requiredOption("--name <name>", "what customers read")
    .requiredOption("--price <amount>", "of one unit, such as 29.99", amount)
    .option("--description <text>", "more for customers to read")
    .option("--image <url>", "a picture: an https URL, or a path of the website")
    .option("--no-active", "hides it from customers, who then can't order it; otherwise it is active from now on")
    .option("--stock <count>", 'units of a new product; afterwards use "stock book"', wholeNumber(0))
    .addHelpText(
      "after",
      examples(
        ['orders products put PROD-006 --name "Webcam" --price 59.90 --stock 40', "sell something new"],
        ['orders products put PROD-006 --name "Webcam HD" --price 49.90', "replace what describes it"],
      ),
    )
    .action(
      perform<[string], PutProduct>(async ({ stack, options }, id) => {
        const { backOfficeClient, bodyOf } = await import("../../stacks/api-client.ts");
        const body: PutProduct = pick(options, ["name", "price", "description", "image", "active", "stock"]);
        const client = backOfficeClient((await stack()).backOffice);
        const params = { path: { productId: id } };
        return report(await bodyOf(client.PUT("/products/{productId}", { params, body })));
      }),
    );

  products
    .command("patch")
    .description("Changes some of what describes a product.")
    .argument("<product>", "its id, such as PROD-001")
    .option("--name <name>", "what customers read")
    .option("--price <amount>", "of one unit, such as 29.99", amount)
    .option("--description <text>", "more for customers to read")
    .option("--image <url>", "a picture: an https URL, or a path of the website")
    .addOption(new Option("--no-description", "removes the description"))
    .addOption(new Option("--no-image", "removes the picture"))
    .option("--active", "sells it again")
    .option("--no-active", "hides it from customers, who then can't order it")
    .addHelpText(
      "after",
      examples(
        ["orders products patch PROD-006 --price 49.90", "change its price"],
        ["orders products patch PROD-006 --no-active", "sell it no longer"],
      ),
    )
    .action(
      perform<[string], PatchOptions>(async ({ stack, options }, id) => {
        const change = patchOf(options);
        if (Object.keys(change).length === 0) {
          throw new CommandFailure(EXIT.USAGE, "Say what to change, such as --price 49.90.");
        }
        const { backOfficeClient, bodyOf } = await import("../../stacks/api-client.ts");
        const client = backOfficeClient((await stack()).backOffice);
        const params = { path: { productId: id } };
        const headers = { "Content-Type": "application/merge-patch+json" };
        return report(await bodyOf(client.PATCH("/products/{productId}", { params, headers, body: change })));
      }),
    );

  products
    .command("import")
    .description("Adds and changes the products of a CSV file. Changes nothing unless all its lines are right.")
    .argument("<file>", "a CSV file, or - for standard input")
    .option("--dry-run", "only say what would be new, and what would change")
    .addHelpText(
      "after",
      examples(
        ["orders products import catalogue.csv --dry-run", "what would become of it?"],
        ["orders products import catalogue.csv", "do it; where it was interrupted, go on"],
      ),
    )
    .action(
      perform<[string], { dryRun?: true }>(async (context, file) => {
        const { importProducts } = await import("./products/import.ts");
        return importProducts(context, file);
      }),
    );

  withTraits(products.command("export"), { without: ["json"] })
    .description(
      'Writes all products to a CSV file, to change and import again. "products list --json" is for scripts.',
    )
    .argument("[file]", "where to write it (default: standard output)")
    .addHelpText(
      "after",
      examples(
        ["orders products export catalogue.csv", "to edit in a spreadsheet"],
        ["orders products export --stack prod | grep PROD-006", "look something up"],
      ),
    )
    .action(
      perform(async (context: Context, file?: string) => {
        const { exportProducts } = await import("./products/export.ts");
        return exportProducts(context, file);
      }),
    );
}

type PatchOptions = Pick<PatchProduct, "name" | "price" | "active"> & {
  /** False removes it. */
  description?: string | false;
  image?: string | false;
};

function patchOf({ name, price, description, image, active }: PatchOptions): PatchProduct {
  return {
    ...(name !== undefined && { name }),
    ...(price !== undefined && { price }),
    ...(description !== undefined && { description: description || null }),
    ...(image !== undefined && { image: image || null }),
    ...(active !== undefined && { active }),
  };
}

function report(product: FullProduct): Report {
  const { productId, name, price, currency, stock, active } = product;
  const state = active ? "is in the catalogue" : "is inactive";
  return {
    data: product,
    text: `${productId} ${state}: ${name}, ${priceText(price, currency)} ${currency}, ${stock} in stock.`,
  };
}
