import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Audience } from "../domain/audience.ts";
import type { OrderEvent } from "../domain/events.ts";
import { hashKey, type IdempotencyRecord } from "../domain/idempotency.ts";
import type { Order } from "../domain/order.ts";
import type { CataloguePrice } from "../domain/pricing.ts";
import { Problem } from "../domain/problem.ts";
import { environment } from "../handlers/lib/environment.ts";
import { batchGet } from "./batch-get.ts";
import { dynamodb } from "./client.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { eventItem, orderItem } from "./orders.ts";
import { type ProductItem, productKey } from "./products.ts";
import { isConflict, MAX_ATTEMPTS, transact } from "./transactions.ts";

/** The partition of an idempotency key's record. Each instance of the API has its own keys. */
export type ClaimId = `IDEMPOTENCY#${Audience}#${string}`;

/** Names the record of a key. */
export function claimId(audience: Audience, key: string): ClaimId {
  return `IDEMPOTENCY#${audience}#${hashKey(key)}`;
}

/** What has to be known before an order is placed. */
export interface Preparation {
  /** What is remembered of the idempotency key. It may have expired: DynamoDB deletes late. */
  record?: IdempotencyRecord;
  /** The order's products, by id. Those that don't exist are missing. */
  catalogue: ReadonlyMap<string, CataloguePrice>;
}

/**
 * Reads the products of an order and the record of its idempotency key in one batch, as they are after the last write.
 *
 * @throws Problem `unavailable` if DynamoDB leaves keys out again and again, as it does when it is throttled.
 */
export async function prepare(productIds: Iterable<string>, claim: ClaimId | undefined): Promise<Preparation> {
  const keys = [...new Set(productIds)].map(productKey);
  if (claim !== undefined) keys.push(claimKey(claim));
  const items = await batchGet(dynamodb, environment("ORDERS_TABLE"), keys, MAX_ATTEMPTS);
  if (!items) throw new Problem("unavailable", "The catalogue is busy. Try again in a moment.", { retryAfter: 1 });
  const products = items.map((item) => fromItem<ProductItem>(item)).filter(({ pk }) => pk === "PRODUCTS");
  const record = items.find((item) => item.pk?.S === claim);
  return {
    ...(record && { record: fromItem<IdempotencyRecord>(record) }),
    catalogue: new Map(products.map((product) => [product.sk, product])),
  };
}

/** A new order with all that is written together with it. */
export interface NewOrder {
  order: Order;
  event: OrderEvent;
  /** Remembers the idempotency key, if the request had one. */
  claim?: { id: ClaimId; record: IdempotencyRecord };
}

/**
 * Writes an order, its first event and the record of its idempotency key in one transaction: the commit point.
 *
 * @param now - Seconds since 1970. A record that expired before is written over.
 * @returns Nothing, or what is remembered of the key if another request with it was faster; then nothing was written.
 * @throws Problem `conflict` if other transactions on the same items stay in the way; Failure `Busy` if it's throttled.
 */
export async function commit(newOrder: NewOrder, now: number): Promise<IdempotencyRecord | undefined> {
  const refused = await transact(writes(newOrder, now), newOrder.order.orderId).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
    throw new Problem("conflict", "Another request with the same key is under way. Try again.", { retryAfter: 1 });
  });
  const [order, , claim] = refused ?? [];
  // The id is new, so an order that is there already is this one: an earlier attempt of ours had come through.
  if (!refused || order?.refused) return undefined;
  if (claim?.item) return fromItem<IdempotencyRecord>(claim.item);
  throw new Error("The transaction failed without a reason.");
}

function writes({ order, event, claim }: NewOrder, now: number): TransactWriteItem[] {
  const TableName = environment("ORDERS_TABLE");
  const isNew = "attribute_not_exists(pk)";
  return [
    { Put: { TableName, Item: orderItem(order), ConditionExpression: isNew } },
    { Put: { TableName, Item: eventItem(event), ConditionExpression: isNew } },
    ...(claim
      ? [
          {
            Put: {
              TableName,
              Item: { ...claimKey(claim.id), ...toItem(claim.record) },
              ConditionExpression: `${isNew} OR expiresAt < :now`,
              ExpressionAttributeValues: toItem({ ":now": now }),
              ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
            },
          },
        ]
      : []),
  ];
}

function claimKey(id: ClaimId): Item {
  return toItem({ pk: id, sk: "IDEMPOTENCY" });
}
