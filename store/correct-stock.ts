import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { putBooking } from "./bookings.ts";
import { toItem } from "./items.ts";
import { productKey } from "./products.ts";
import type { StockDifference } from "./stock-check.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/**
 * Sets a product's counters to what its bookings and orders say, and books that as a CORRECTION: of no units, except for a
 * product of version 0.1, whose first booking it is. Orders may be short afterwards: see `flagShortOrders`.
 *
 * @returns Whether it did: not if the stock moved since the check.
 */
export async function correctStock(db: OrdersTable, difference: StockDifference): Promise<boolean> {
  const { productId, stored, expected, lostHolds, unbooked, movements } = difference;
  const results = await transact(
    db,
    [
      {
        Update: {
          TableName: db.table,
          Key: productKey(productId),
          UpdateExpression: `SET stock = :stock, onHand = :onHand, counted = :yes, movements = :moved${lostHolds.length > 0 ? " DELETE holds :lost" : ""}`,
          ConditionExpression: `stock = :was AND ${movements === 0 ? "attribute_not_exists(movements)" : "movements = :movements"}`,
          ExpressionAttributeValues: toItem({
            ":stock": expected.stock,
            ":onHand": expected.onHand,
            ":yes": true,
            ":moved": movements + 1,
            ":was": stored.stock,
            ":movements": movements === 0 ? undefined : movements,
            ":lost": lostHolds.length > 0 ? new Set(lostHolds) : undefined,
          }),
        },
      },
      putBooking(db, {
        bookingId: uuidv7(),
        productId,
        delta: unbooked,
        onHand: expected.onHand,
        reason: "CORRECTION",
        note: noteOf(difference),
        actor: "system:stock-check",
        at: new Date().toISOString(),
      }),
    ],
    randomUUID(),
  );
  return !results;
}

function noteOf({ stored, expected }: StockDifference): string {
  const { stock, onHand } = stored;
  if (onHand === undefined) return `Counted for the first time: ${expected.onHand - expected.stock} reserved.`;
  return `Available ${stock} became ${expected.stock}, on hand ${onHand} became ${expected.onHand}.`;
}
