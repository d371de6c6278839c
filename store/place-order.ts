import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { OrderEvent } from "../domain/events.ts";
import { Failure } from "../domain/failure.ts";
import type { IdempotencyRecord } from "../domain/idempotency.ts";
import type { Order } from "../domain/order.ts";
import type { CatalogueProduct } from "../domain/pricing.ts";
import { Problem } from "../domain/problem.ts";
import { batchGet } from "./batch-get.ts";
import { type ClaimId, claimKey, putClaim } from "./claims.ts";
import { eventItem } from "./events.ts";
import { holdsOf, unitsToGiveBack } from "./holds.ts";
import { fromItem } from "./items.ts";
import { orderItem } from "./orders.ts";
import { type ProductItem, productKey } from "./products.ts";
import type { OrdersTable } from "./table.ts";
import { isConflict, transact } from "./transactions.ts";

/** What has to be known before an order is placed. */
export interface Preparation {
  /** The record of the idempotency key. It may have expired: DynamoDB deletes late. */
  record?: IdempotencyRecord;
  /** The order's products by id, without those that don't exist. */
  catalogue: ReadonlyMap<string, CatalogueProduct>;
}

/**
 * Reads an order's products and the record of its idempotency key in one batch, with strong consistency.
 *
 * @param units - The units that are ordered, by product id.
 * @throws Problem `unavailable` if DynamoDB keeps leaving items out, as it does when the table is throttled.
 */
export async function prepare(
  db: OrdersTable,
  units: ReadonlyMap<string, number>,
  claim: ClaimId | undefined,
): Promise<Preparation> {
  const keys = [...units.keys()].map(productKey);
  if (claim !== undefined) keys.push(claimKey(claim));
  const items = await batchGet(db, keys).catch((error) => {
    if (!(error instanceof Failure) || error.name !== "Busy") throw error;
    throw new Problem("unavailable", "The catalogue is busy. Try again in a moment.", { retryAfter: 1 });
  });
  const record = items.find((item) => item.pk?.S === claim);
  const products = await Promise.all(
    items.filter((item) => item !== record).map((item) => available(db, fromItem<ProductItem>(item), units)),
  );
  return {
    ...(record && { record: fromItem<IdempotencyRecord>(record) }),
    catalogue: new Map(products.map((product) => [product.sk, product])),
  };
}

/** Counts units that are held for no order only where it matters. */
async function available(
  db: OrdersTable,
  product: ProductItem,
  units: ReadonlyMap<string, number>,
): Promise<ProductItem> {
  if (product.stock >= (units.get(product.sk) ?? 0)) return product;
  return { ...product, stock: product.stock + (await unitsToGiveBack(db, holdsOf(product))) };
}

/** A new order, and what is written together with it. */
export interface NewOrder {
  order: Order;
  event: OrderEvent;
  /** The record of the idempotency key, if the request had one. */
  claim?: { id: ClaimId; record: IdempotencyRecord };
}

/**
 * Writes an order, its first event and the record of its idempotency key in one transaction: the commit point.
 *
 * @param now - Seconds since 1970. Records that expired before are overwritten.
 * @returns Undefined if the order was written; otherwise the record of a faster request with the same key.
 * @throws Problem `conflict` if conflicts with other transactions persist; Failure `Busy` if throttling does.
 */
export async function commit(db: OrdersTable, newOrder: NewOrder, now: number): Promise<IdempotencyRecord | undefined> {
  const results = await transact(db, writes(db, newOrder, now), newOrder.order.orderId).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
    throw new Problem("conflict", "Another request with the same key is under way. Try again.", { retryAfter: 1 });
  });
  const [order, , claim] = results ?? [];
  // The id is new, so an order that exists is this one, written by an earlier attempt.
  if (!results || order?.failed) return undefined;
  if (claim?.item) return fromItem<IdempotencyRecord>(claim.item);
  throw new Error("The transaction failed without a reason.");
}

function writes(db: OrdersTable, { order, event, claim }: NewOrder, now: number): TransactWriteItem[] {
  const TableName = db.table;
  const isNew = "attribute_not_exists(pk)";
  return [
    { Put: { TableName, Item: orderItem(db, order), ConditionExpression: isNew } },
    { Put: { TableName, Item: eventItem(event), ConditionExpression: isNew } },
    ...(claim ? [putClaim(db, claim.id, claim.record, now)] : []),
  ];
}
