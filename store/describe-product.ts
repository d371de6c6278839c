import { randomInt, randomUUID } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import { type Description, etagOf } from "../domain/product.ts";
import type { Booking } from "../domain/stock.ts";
import { putBooking } from "./bookings.ts";
import { type Item, toItem } from "./items.ts";
import { type Details, detailsKey, productKey, readProduct, type StoredProduct } from "./products.ts";
import type { OrdersTable } from "./table.ts";
import { MAX_ATTEMPTS, pause, transact } from "./transactions.ts";

/** What a product is to become. */
export interface Described {
  about: Description;
  /** The first booking of a new product: its stock. */
  opening?: Booking;
}

/**
 * Adds a product, or changes what describes it. The stock of one that exists stays as it is.
 *
 * The write is conditional on no other change since the product was read here: otherwise a copy of the request that was held
 * up in the network would undo a later one. Orders don't change the version.
 *
 * @param decide - Decides from the current product, undefined if there is none. It may be called more than once, and whatever
 * it throws ends the change.
 * @returns The product, with the stock that it had when it was read, and what became of it.
 * @throws Failure `Busy` if others keep changing it.
 */
export async function describeProduct(
  db: OrdersTable,
  productId: string,
  decide: (product: StoredProduct | undefined) => Described,
): Promise<{ product: StoredProduct; outcome: "added" | "changed" | "unchanged" }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await readProduct(db, productId);
    const { about, opening } = decide(before?.product);
    if (before && etagOf(before.product.about) === etagOf(about)) {
      return { product: before.product, outcome: "unchanged" };
    }

    const writes = before
      ? [changed(db, productId, about, before.item.version)]
      : [added(db, productId, about, opening?.onHand ?? 0), ...(opening ? [putBooking(db, opening)] : [])];
    const results = await transact(
      db,
      [...writes, ...details(db, productId, before?.product.about, about)],
      randomUUID(),
    );
    if (!results && before) return { product: { ...before.product, about }, outcome: "changed" };
    const stock = opening?.onHand ?? 0;
    if (!results) return { product: { productId, about, stock, counters: { stock, onHand: stock } }, outcome: "added" };
    await pause(attempt);
  }
  throw new Failure("Busy", `The product ${productId} was changed again and again meanwhile.`);
}

function added(db: OrdersTable, productId: string, about: Description, stock: number): TransactWriteItem {
  const Item = newProductItem(productId, about, stock);
  return { Put: { TableName: db.table, Item, ConditionExpression: "attribute_not_exists(pk)" } };
}

/** The item of a new product: what orders write, without its {@link detailsItem}. */
export function newProductItem(productId: string, { name, priceMinor, active }: Description, stock: number): Item {
  const counters = { stock, onHand: stock, counted: true };
  return { ...productKey(productId), ...toItem({ name, priceMinor, active, ...counters, version: newVersion() }) };
}

/** @param last - Version that the product must still have. */
function changed(
  { table }: OrdersTable,
  productId: string,
  { name, priceMinor, active }: Description,
  last: number,
): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: productKey(productId),
      UpdateExpression: "SET #name = :name, priceMinor = :price, active = :active, version = :version",
      ConditionExpression: "version = :last",
      ExpressionAttributeNames: { "#name": "name" },
      ExpressionAttributeValues: toItem({
        ":name": name,
        ":price": priceMinor,
        ":active": active,
        ":version": newVersion(),
        ":last": last,
      }),
    },
  };
}

function newVersion(): number {
  return randomInt(2 ** 32);
}

/** Writes the details if they change. The version of the product's item guards them, too. */
function details({ table }: OrdersTable, productId: string, before: Details = {}, after: Details): TransactWriteItem[] {
  const { description, image } = after;
  if (description === before.description && image === before.image) return [];
  return [{ Put: { TableName: table, Item: detailsItem(productId, after) } }];
}

/** The item of what is long about a product. */
export function detailsItem(productId: string, { description, image }: Details): Item {
  return { ...detailsKey(productId), ...toItem({ description, image }) };
}
