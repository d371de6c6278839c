import { ConditionalCheckFailedException, PutItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { mayProceed, type Reservation } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import type { OrderLine } from "../domain/pricing.ts";
import type { Counters } from "../domain/stock.ts";
import { batchGet } from "./batch-get.ts";
import { partKey } from "./fulfilment.ts";
import {
  type HeldLine,
  type Hold,
  holdsOf,
  holdUnits,
  orderIdOf,
  readReservations,
  SETTLE_EVERY,
  settle,
} from "./holds.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { type ProductItem, productKey } from "./products.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/** The result of reserving. */
type ReserveOutcome = { outcome: "RESERVED" | "STOPPED" } | { outcome: "OUT_OF_STOCK"; missing: string };

/**
 * Reserves the stock of all lines of an order, or of none.
 *
 * First, each line's units are held: one update takes them from the product's stock and adds a hold to its item. Then the
 * reservation is written, which names these holds. Neither is part of a transaction, so orders for one product don't cancel
 * each other. It is right whatever crashes, repeats or comes late:
 *
 * - A hold has an id of its own and is sent once, so its units are taken at most once.
 * - An order gets at most one reservation, or a tombstone that names nothing, and what it names never changes.
 * - A hold is settled only once its order has either: removed if named, given back otherwise. Until then it stays where it is,
 *   and the order's next attempt uses it if too few units are left.
 *
 * @param reservation - The order's reservation, if any, as it was read together with the order.
 * @returns `RESERVED`, by this call or an earlier one; `OUT_OF_STOCK`, with the product that is missing, which leaves what is
 * held to {@link releaseStock}; or `STOPPED` if the order may not go on.
 */
export async function reserveStock(
  db: OrdersTable,
  order: Order,
  reservation: Reservation | undefined,
): Promise<ReserveOutcome> {
  const { orderId, items } = order;
  if (reservation) return outcomeOf(reservation);
  if (!mayProceed(order)) return { outcome: "STOPPED" };

  const held: HeldLine[] = [];
  // All orders in the same order: of two that want the last units of the same two products, one gets both.
  for (const line of items.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))) {
    const heldLine = await holdUnits(db, orderId, line);
    if (!heldLine) return await outOfStock(db, orderId, line, held);
    held.push(heldLine);
  }
  const holds = held.map(({ hold }) => hold);
  const winner = await putReservation(db, orderId, "RESERVED", items, holds);
  await settleOwn(db, orderId, held, winner?.holds ?? holds);
  return winner ? outcomeOf(winner) : { outcome: "RESERVED" };
}

/**
 * Releases the stock that is reserved or held for an order, if any. Nothing can be reserved for the order afterwards.
 *
 * @returns Whether this call released something.
 */
export async function releaseStock(
  db: OrdersTable,
  { orderId, items }: Order,
  reservation: Reservation | undefined,
): Promise<boolean> {
  const current = reservation ?? (await putReservation(db, orderId, "RELEASED", []));
  if (current?.status !== "RESERVED") return await releaseHolds(db, orderId, items);
  const results = await transact(db, [
    {
      Update: {
        TableName: db.table,
        Key: partKey(orderId, "RESERVATION"),
        UpdateExpression: "SET #status = :released",
        ConditionExpression: "#status = :reserved",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: toItem({ ":released": "RELEASED", ":reserved": "RESERVED" }),
      },
    },
    ...items.map(({ productId, quantity }) => add(db, productId, "stock", quantity)),
  ]);
  if (!results) return true;
  const [ofReservation] = results;
  if (ofReservation?.failed) return false;
  throw new Error(`A product of the order ${orderId} is gone from the catalogue, so its stock can't be given back.`);
}

function outcomeOf({ status }: Reservation): ReserveOutcome {
  return { outcome: status === "RESERVED" ? "RESERVED" : "STOPPED" };
}

/** Unless another execution of the order has reserved its stock in the meantime: perhaps it took the last units. */
async function outOfStock(
  db: OrdersTable,
  orderId: string,
  { productId }: OrderLine,
  held: HeldLine[],
): Promise<ReserveOutcome> {
  const reservation = (await readReservations(db, [orderId])).get(orderId);
  if (!reservation) return { outcome: "OUT_OF_STOCK", missing: productId };
  await settleOwn(db, orderId, held, reservation.holds);
  return outcomeOf(reservation);
}

/**
 * Writes the reservation of an order, or a tombstone on which a late one fails, unless there is one.
 *
 * @returns The one that was there; undefined if it is this one.
 */
async function putReservation(
  { client, table }: OrdersTable,
  orderId: string,
  status: Reservation["status"],
  lines: OrderLine[],
  holds?: Hold[],
): Promise<Reservation | undefined> {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const put = {
    TableName: table,
    Item: { ...partKey(orderId, "RESERVATION"), ...toItem({ status, items, holds }) },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    await client.send(new PutItemCommand(put));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const present = fromItem<Reservation>(error.Item as Item);
    // It may be our own: the SDK sends the request again when the first response is lost.
    const isOwn = present.status === status && present.holds?.join() === holds?.join();
    return isOwn ? undefined : present;
  }
}

/**
 * Settles what the order holds beyond its reservation, left by earlier or concurrent attempts; and once in a while all holds of
 * a product.
 */
async function settleOwn(db: OrdersTable, orderId: string, held: HeldLine[], named: Hold[] = []): Promise<void> {
  const settled = held.map(({ productId, holds }) => {
    const surplus = holds.filter((hold) => orderIdOf(hold) === orderId && !named.includes(hold));
    return settle(db, productId, holds.length % SETTLE_EVERY === 0 ? holds : surplus);
  });
  await Promise.all(settled);
}

/** Gives back what is held for an order without a reservation. @returns Whether there was anything. */
async function releaseHolds(db: OrdersTable, orderId: string, lines: OrderLine[]): Promise<boolean> {
  const products = await batchGet(
    db,
    lines.map(({ productId }) => productKey(productId)),
  );
  const released = products.map((item) => {
    const product = fromItem<ProductItem>(item);
    return settle(
      db,
      product.sk,
      holdsOf(product).filter((hold) => orderIdOf(hold) === orderId),
    );
  });
  return (await Promise.all(released)).includes(true);
}

/**
 * Takes an order's units off the shelf, where they are reserved: for the transaction that makes it SHIPPED. Fails for a
 * product that doesn't exist.
 */
export function takeReserved(db: OrdersTable, lines: OrderLine[]): TransactWriteItem[] {
  return lines.map(({ productId, quantity }) => add(db, productId, "onHand", -quantity));
}

function add({ table }: OrdersTable, productId: string, counter: keyof Counters, units: number): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: productKey(productId),
      UpdateExpression: `ADD ${counter} :units, movements :one`,
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: toItem({ ":units": units, ":one": 1 }),
    },
  };
}
