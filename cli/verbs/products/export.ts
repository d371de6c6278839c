import { writeFile } from "node:fs/promises";
import type { FullProduct } from "../../../domain/contract/responses.ts";
import { type Context, type Report, TOLD } from "../../context.ts";
import { CommandFailure } from "../../errors.ts";
import { EXIT } from "../../exit-codes.ts";
import { counted } from "../../output/counted.ts";
import { priceText } from "../../output/price-text.ts";
import { listProducts } from "../order-api.ts";
import { type Cells, writeCsv } from "./csv.ts";

/**
 * Writes the catalogue to a file, or to standard output.
 *
 * @throws CommandFailure if the file can't be written.
 */
export async function exportProducts({ stack, terminal }: Context, file = "-"): Promise<Report> {
  const { backOffice } = await stack();
  const { products } = await listProducts(backOffice, { all: true });
  const text = writeCsv(products.map(cellsOf));
  if (file === "-") {
    terminal.stdout.write(text);
    return TOLD;
  }
  await writeFile(file, text).catch((error: Error) => {
    throw new CommandFailure(EXIT.USAGE, `${file} can't be written: ${error.message}.`);
  });
  return { data: undefined, text: `${counted(products.length, "product")} in ${file}.` };
}

/**
 * A product's line. Its stock is empty: it goes on moving while the file is edited, and is booked, so the import would refuse
 * the number. The column is there for new products.
 */
export function cellsOf({ productId, name, price, currency, description, image, active }: FullProduct): Cells {
  return {
    ...{ productId, name, price: priceText(price, currency), stock: "" },
    ...{ description: description ?? "", image: image ?? "", active: String(active) },
  };
}
