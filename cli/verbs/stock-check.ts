import { ordersTable } from "../../stacks/orders-table.ts";
import { correctStock } from "../../store/correct-stock.ts";
import { checkStock, type StockDifference } from "../../store/stock-check.ts";
import type { Context, Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { counted } from "../output/counted.ts";

/** Compares the stock of every product with its bookings and orders, and corrects it with `--fix`. */
export async function check({ stack, options }: Context<{ fix?: true }>): Promise<Report> {
  const fix = options.fix === true;
  const db = ordersTable(await stack());
  const found = await checkStock(db);
  const corrected: string[] = [];
  if (fix) {
    for (const difference of found.differences) {
      if (await correctStock(db, difference)) corrected.push(difference.productId);
    }
  }
  const open = found.differences.filter(({ productId }) => !corrected.includes(productId));
  const lines = [
    ...found.differences.map(sentence),
    ...(found.busy.length > 0 ? [`Too busy to tell: ${found.busy.join(", ")}. Try again.`] : []),
    summary(found.products, found.differences.length, corrected.length, fix),
  ];
  const isRight = open.length === 0 && found.busy.length === 0;
  return { data: { ...found, corrected }, text: lines.join("\n"), ...(!isRight && { exitCode: EXIT.FAILED }) };
}

function sentence({ productId, stored, expected }: StockDifference): string {
  const reserved = expected.onHand - expected.stock;
  const say = (stock: number, onHand: number | string) => `${stock} available, ${onHand} on hand`;
  const right = `${say(expected.stock, expected.onHand)}, ${reserved} reserved`;
  return `${productId}: ${say(stored.stock, stored.onHand ?? "never counted")}; bookings and orders say ${right}.`;
}

function summary(products: number, differences: number, corrected: number, fix: boolean): string {
  if (differences === 0) return `Bookings and orders explain the stock of ${counted(products, "product")}.`;
  const found = `${counted(differences, "product")} of ${products} ${differences === 1 ? "differs" : "differ"}.`;
  if (!fix) return `${found} Add --fix to correct the stock.`;
  if (corrected === differences) return `${found} The stock has been corrected.`;
  return `${found} ${corrected} corrected; the others moved meanwhile: try again.`;
}
