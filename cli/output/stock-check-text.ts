import { isOverwritten, type StockCheck, type StockDifference } from "../../store/stock-check.ts";
import { counted } from "./counted.ts";

/** What `stock check --fix` did. */
export interface StockFix {
  /** Ids of products. */
  corrected: string[];
  /** Ids of orders that can't be shipped. */
  short: string[];
}

/** Says what a check found, in one line for each product, and what became of it. */
export function stockCheckText(check: StockCheck, fix?: StockFix): string[] {
  const { differences, busy, missing, oversold } = check;
  return [
    ...differences.map(difference),
    ...(missing.length > 0 ? [`Booked or ordered, but not in the catalogue: ${missing.join(", ")}. Restore it.`] : []),
    ...(oversold.length > 0 && !fix
      ? [
          `More is sold than there is: ${oversold.join(", ")}. With --fix, orders that go short get the attention SHORT.`,
        ]
      : []),
    ...(busy.length > 0
      ? [`Too busy to tell: ${busy.join(", ")}. Try again, or deactivate it meanwhile: nobody can order it then.`]
      : []),
    summary(check, fix),
  ];
}

/** What `stock check --fix` asks before it corrects stock that version 0.1 seems to have set. */
export function overwrittenQuestion(overwritten: StockDifference[]): string {
  const units = overwritten.map(({ productId, stored, expected }) => `${productId} ${stored.stock - expected.stock}`);
  return `Version 0.1 seems to have set stock, which is lost if it is corrected. Note what to book again afterwards, in units: ${units.join(", ")}. Correct it?`;
}

function difference(found: StockDifference): string {
  const { productId, stored, expected } = found;
  const reserved = expected.onHand - expected.stock;
  const say = (stock: number, onHand: number | string) => `${stock} available, ${onHand} on hand`;
  const right = `${say(expected.stock, expected.onHand)}, ${reserved} reserved`;
  const cause = isOverwritten(found) ? " Set by version 0.1?" : "";
  return `${productId}: ${say(stored.stock, stored.onHand ?? "never counted")}; bookings and orders say ${right}.${cause}`;
}

function summary({ products, differences, busy }: StockCheck, fix?: StockFix): string {
  if (differences.length === 0) {
    return `Bookings and orders explain the stock of ${counted(products - busy.length, "product")}.`;
  }
  const differ = differences.length === 1 ? "differs" : "differ";
  const found = `${counted(differences.length, "product")} of ${products} ${differ}.`;
  if (!fix) return `${found} Add --fix to correct the stock.`;
  if (fix.corrected.length === differences.length) return `${found} The stock has been corrected.`;
  return `${found} ${fix.corrected.length} corrected; the others moved meanwhile: try again.`;
}
