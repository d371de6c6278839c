import { type Command, Option } from "commander";
import type { PutProduct } from "../../domain/contract/schemas.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { wholeNumber } from "../arguments.ts";
import type { Perform } from "../context.ts";
import { examples } from "../help.ts";
import { amount } from "../order-arguments.ts";
import { table } from "../output/table.ts";
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
        const rows = list.products.map(({ productId, name, price, stock }) => [
          productId,
          name,
          price.toFixed(2),
          String(stock),
        ]);
        const shown = rows.length === 0 ? "No products." : table(["PRODUCT", "NAME", "PRICE", "STOCK"], rows, page);
        return { data: list, text: shown + moreText(list) };
      }),
    );

  products
    .command("put")
    .description("Adds a product, or changes it.")
    .argument("<product>", "its id, such as PROD-001")
    .requiredOption("--name <name>", "what customers read")
    .requiredOption("--price <amount>", "of one unit, such as 29.99", amount)
    .option("--stock <count>", "units available for sale; if omitted, the stock stays unchanged", wholeNumber(0))
    .addHelpText(
      "after",
      examples(
        ['orders products put PROD-006 --name "Webcam" --price 59.90 --stock 40', "sell something new"],
        ['orders products put PROD-006 --name "Webcam" --price 49.90', "change its price"],
      ),
    )
    .action(
      perform<[string], PutProduct>(async ({ stack, options: { name, price, stock } }, id) => {
        const { backOfficeClient, bodyOf } = await import("../../stacks/api-client.ts");
        const client = backOfficeClient((await stack()).backOffice);
        const params = { path: { productId: id } };
        const body = { name, price, ...(stock !== undefined && { stock }) };
        const product = await bodyOf(client.PUT("/products/{productId}", { params, body }));
        const shown = `${product.name}, ${product.price.toFixed(2)}, ${product.stock} in stock`;
        return { data: product, text: `${id} is in the catalogue: ${shown}.` };
      }),
    );
}
