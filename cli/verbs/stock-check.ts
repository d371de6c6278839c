import { uniq } from "es-toolkit";
import { ordersTable } from "../../stacks/orders-table.ts";
import { correctStock } from "../../store/correct-stock.ts";
import { flagShortOrders } from "../../store/shortage.ts";
import { checkStock, isOverwritten, type StockCheck } from "../../store/stock-check.ts";
import type { OrdersTable } from "../../store/table.ts";
import type { Context, Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { shortOrdersText } from "../output/short-orders.ts";
import { overwrittenQuestion, type StockFix, stockCheckText } from "../output/stock-check-text.ts";

/** Compares the stock of every product with its bookings and orders, and corrects it with `--fix`. */
export async function check(context: Context<{ fix?: true; yes?: true }>): Promise<Report> {
  const db = ordersTable(await context.stack());
  const found = await checkStock(db);
  const overwritten = found.differences.filter(isOverwritten);
  const isFixing = context.options.fix === true;
  if (isFixing && overwritten.length > 0) await context.confirm(overwrittenQuestion(overwritten));
  const done = isFixing ? await fix(db, found) : undefined;
  const { corrected, short } = done ?? { corrected: [], short: [] };
  const lines = stockCheckText(found, done);
  if (short.length > 0) lines.push(shortOrdersText(short.length, context.stackName));
  const isRight =
    found.differences.length === corrected.length && found.busy.length === 0 && found.missing.length === 0;
  return { data: { ...found, corrected, short }, text: lines.join("\n"), ...(!isRight && { exitCode: EXIT.FAILED }) };
}

/** Corrects what differs, and flags orders that are short, whoever should have flagged them. */
async function fix(db: OrdersTable, { differences, oversold }: StockCheck): Promise<StockFix> {
  const corrected: string[] = [];
  for (const difference of differences) {
    if (await correctStock(db, difference)) corrected.push(difference.productId);
  }
  return { corrected, short: await flagShortOrders(db, uniq([...oversold, ...corrected])) };
}
