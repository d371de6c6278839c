import { v7 as uuidv7 } from "uuid";
import { placeOrder } from "../domain/contract/order-request.ts";
import { toOrderCreated } from "../domain/contract/responses.ts";
import { statusEvent } from "../domain/events.ts";
import {
  fingerprint,
  type IdempotencyRecord,
  KEY_LIFETIME_SECONDS,
  replay,
  validateKey,
} from "../domain/idempotency.ts";
import { fromMinor } from "../domain/money.ts";
import { newOrder } from "../domain/order.ts";
import { priceOrder } from "../domain/pricing.ts";
import { claimId, commit, prepare } from "../store/place-order.ts";
import { db } from "./lib/db.ts";
import { type Answer, endpoint } from "./lib/endpoint.ts";
import { measure } from "./lib/metrics.ts";

/** Places an order at the catalogue's prices, once for each Idempotency-Key. */
export const handler = endpoint("POST /orders", async (request) => {
  const key = request.header("Idempotency-Key");
  const id = key === undefined ? undefined : claimId(request.audience, validateKey(key));
  const wanted = request.body(placeOrder);
  const at = new Date();
  const now = Math.floor(at.getTime() / 1_000);

  const productIds = wanted.items.map(({ productId }) => productId);
  const { record, catalogue } = await prepare(db, productIds, id);
  // Comes before the catalogue's rules: prices may have changed since the first request.
  if (record && record.expiresAt >= now) return replayed(record, replay(record, wanted));

  const priced = priceOrder(wanted, catalogue);
  const order = newOrder(uuidv7({ msecs: at.getTime() }), at.toISOString(), wanted, priced);
  const event = statusEvent(order, request.correlationId);
  const { orderId } = order;
  const response = JSON.stringify(toOrderCreated(order));
  const claim = id && {
    id,
    record: { fingerprint: fingerprint(wanted), orderId, response, expiresAt: now + KEY_LIFETIME_SECONDS },
  };
  const faster = await commit(db, { order, event, ...(claim && { claim }) }, now);
  if (faster) return replayed(faster, replay(faster, wanted));
  const { correlationId } = request;
  measure({ OrdersCreated: 1, OrderValue: fromMinor(order.totalMinor) }, { orderId, correlationId });
  return created(orderId, response, "created");
});

function replayed({ orderId }: IdempotencyRecord, response: string): Answer {
  const answer = created(orderId, response, "replayed");
  return { ...answer, headers: { ...answer.headers, "Idempotent-Replayed": "true" } };
}

function created(orderId: string, response: string, outcome: string): Answer {
  // Relative to the request's URL, so that it is right for every stage and every custom domain.
  return { status: 201, body: response, headers: { Location: `orders/${orderId}` }, orderId, outcome };
}
