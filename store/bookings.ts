import { randomUUID } from "node:crypto";
import { QueryCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import type { IdempotencyRecord } from "../domain/idempotency.ts";
import { Problem } from "../domain/problem.ts";
import { productNotFound } from "../domain/product.ts";
import type { Booking } from "../domain/stock.ts";
import { batchGet } from "./batch-get.ts";
import { type ClaimId, claimKey, putClaim } from "./claims.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { type ProductItem, productKey } from "./products.ts";
import type { OrdersTable } from "./table.ts";
import { MAX_ATTEMPTS, pause, transact } from "./transactions.ts";

/** A booking, and the record of the idempotency key that it is written with. */
export interface NewBooking {
  booking: Booking;
  record: IdempotencyRecord;
}

/**
 * Books stock: writes the booking, the product's counters and the record of the idempotency key in one transaction, on
 * condition that the units on hand are those that the booking was decided for. Sales don't change them.
 *
 * @param now - Seconds since 1970.
 * @param decide - Decides the booking from the units on hand. It may be called more than once, and whatever it throws ends it.
 * @returns The booking, or the record of an earlier request with the same key.
 * @throws Problem `not-found` if there is no such product; `stock-differs` if its reservations of version 0.1 are not counted
 * yet. Failure `Busy` if conflicts or other bookings persist.
 */
export async function book(
  db: OrdersTable,
  productId: string,
  claim: ClaimId,
  now: number,
  decide: (onHand: number) => NewBooking,
): Promise<{ booking: Booking } | { record: IdempotencyRecord }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { record, product } = await prepare(db, productId, claim);
    if (record && record.expiresAt >= now) return { record };
    if (!product) throw productNotFound();
    const onHand = product.counted ? product.onHand : undefined;
    if (onHand === undefined) throw notCounted(productId);

    const { booking, record: own } = decide(onHand);
    const writes = [putClaim(db, claim, own, now), moveUnits(db, booking, onHand), putBooking(db, booking)];
    const results = await transact(db, writes, randomUUID());
    if (!results) return { booking };
    const [{ item } = {}] = results;
    if (item) return { record: fromItem<IdempotencyRecord>(item) };
    await pause(attempt);
  }
  throw new Failure("Busy", `The stock of ${productId} was booked again and again meanwhile.`);
}

/**
 * Lists one page of a product's bookings, newest first.
 *
 * @param limit - The most bookings to return.
 * @param after - Id of the previous page's last booking; empty for the first page.
 */
export async function listBookings(
  { client, table }: OrdersTable,
  productId: string,
  limit: number,
  after: string,
): Promise<{ bookings: Booking[]; last?: string }> {
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk < :after",
    ExpressionAttributeValues: toItem({ ":pk": partitionOf(productId), ":after": after || "~" }),
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: limit + 1,
  };
  const { Items = [] } = await client.send(new QueryCommand(query));
  const bookings = Items.slice(0, limit).map(toBooking);
  const last = bookings.at(-1);
  return { bookings, ...(Items.length > limit && last && { last: last.bookingId }) };
}

/** Writes a booking: a line of the product's ledger, in a partition that orders don't touch. */
export function putBooking({ table }: OrdersTable, { bookingId, productId, ...booking }: Booking): TransactWriteItem {
  const Item = toItem({ pk: partitionOf(productId), sk: bookingId, ...booking });
  return { Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" } };
}

/** What the partition of a product's bookings begins with. */
export const BOOKINGS_PREFIX = "STOCK#";

function partitionOf(productId: string): string {
  return `${BOOKINGS_PREFIX}${productId}`;
}

function toBooking(item: Item): Booking {
  const { pk, sk, ...booking } = fromItem<Omit<Booking, "bookingId" | "productId"> & { pk: string; sk: string }>(item);
  return { bookingId: sk, productId: pk.slice(BOOKINGS_PREFIX.length), ...booking };
}

/** Reads a product and the record of an idempotency key in one batch, with strong consistency. @throws Failure `Busy`. */
async function prepare(
  db: OrdersTable,
  productId: string,
  claim: ClaimId,
): Promise<{ record: IdempotencyRecord | undefined; product: ProductItem | undefined }> {
  const items = await batchGet(db, [productKey(productId), claimKey(claim)]);
  const record = items.find(({ pk }) => pk?.S === claim);
  const product = items.find((item) => item !== record);
  return {
    record: record && fromItem<IdempotencyRecord>(record),
    product: product && fromItem<ProductItem>(product),
  };
}

/** What comes is available, and what goes isn't any more: what is reserved stays reserved. */
function moveUnits({ table }: OrdersTable, { productId, delta }: Booking, onHand: number): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: productKey(productId),
      UpdateExpression: "ADD stock :delta, onHand :delta, movements :one",
      ConditionExpression: "onHand = :read",
      ExpressionAttributeValues: toItem({ ":delta": delta, ":one": 1, ":read": onHand }),
    },
  };
}

function notCounted(productId: string): Problem {
  const detail = `What version 0.1 reserved of ${productId} is not counted yet. Run: ./orders stock check --fix`;
  return new Problem("stock-differs", detail);
}
