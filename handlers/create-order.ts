import { v7 as uuidv7 } from "uuid";
import { localeFor } from "../domain/accept-language.ts";
import { checkStock, unitsByProduct } from "../domain/availability.ts";
import type { PlaceOrder } from "../domain/contract/order-request.ts";
import { placeOrder } from "../domain/contract/place-order.ts";
import { toOrderCreated } from "../domain/contract/response-bodies.ts";
import type { OrderCreated } from "../domain/contract/responses.ts";
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
import { signOrderToken } from "../domain/order-token.ts";
import { isTextable } from "../domain/phone-number.ts";
import { priceOrder } from "../domain/pricing.ts";
import type { SigningSecrets } from "../domain/signing.ts";
import { claimId } from "../store/claims.ts";
import { commit, prepare } from "../store/place-order.ts";
import { currency } from "./lib/currency.ts";
import { db } from "./lib/db.ts";
import { type ApiResponse, endpoint } from "./lib/endpoint.ts";
import { environment } from "./lib/environment.ts";
import { measure } from "./lib/metrics.ts";
import { signingSecrets } from "./lib/signing-secrets.ts";

/** Places an order at the catalogue's prices, once for each Idempotency-Key. */
export const handler = endpoint("POST /orders", async (request) => {
  const key = request.header("Idempotency-Key");
  const id = key === undefined ? undefined : claimId(request.audience, validateKey(key));
  const input = request.body(placeOrder(currency()));
  const at = new Date();
  const now = Math.floor(at.getTime() / 1_000);

  const [{ record, catalogue }, secrets] = await Promise.all([
    prepare(db, unitsByProduct(input.items), id),
    request.audience === "storefront" ? signingSecrets() : undefined,
  ]);
  // Before the catalogue's rules: prices and stock may have changed since the first request.
  if (record && record.expiresAt >= now) return replayed(record, replay(record, input), secrets);

  const priced = priceOrder(input, catalogue, currency());
  checkStock(input.items, catalogue);
  const order = newOrder(uuidv7({ msecs: at.getTime() }), at.toISOString(), withSmsUpdates(input), priced, {
    placedAt: request.audience,
    locale: localeFor(request.header("Accept-Language")),
  });
  const event = statusEvent(order, request.correlationId);
  const { orderId } = order;
  const response = JSON.stringify(toOrderCreated(order));
  const claim = id && {
    id,
    record: { fingerprint: fingerprint(input), orderId, response, expiresAt: now + KEY_LIFETIME_SECONDS },
  };
  const winner = await commit(db, { order, event, ...(claim && { claim }) }, now);
  if (winner) return replayed(winner, replay(winner, input), secrets);
  const { correlationId } = request;
  measure({ OrdersCreated: 1, OrderValue: fromMinor(order.totalMinor, order.currency) }, { orderId, correlationId });
  return created(orderId, withToken(response, secrets), "created");
});

/** Keeps the customer's wish for text messages only if they may go to their phone. */
function withSmsUpdates({ smsUpdates, ...input }: PlaceOrder): PlaceOrder {
  if (!smsUpdates || input.customerPhone === undefined) return input;
  const countries: string[] = JSON.parse(environment("SMS_COUNTRIES"));
  return { ...input, smsUpdates: isTextable(input.customerPhone, countries) };
}

function replayed(
  { orderId = "" }: IdempotencyRecord,
  response: string,
  secrets: SigningSecrets | undefined,
): ApiResponse {
  const first = created(orderId, withToken(response, secrets), "replayed");
  return { ...first, headers: { ...first.headers, "Idempotent-Replayed": "true" } };
}

function created(orderId: string, response: string, outcome: string): ApiResponse {
  // Relative to the request's URL, so that it is right for every stage and every custom domain.
  return { status: 201, body: response, headers: { Location: `orders/${orderId}` }, orderId, outcome };
}

/** Adds the order's token for the customer. It is signed for each response, so that it is stored nowhere. */
function withToken(response: string, secrets: SigningSecrets | undefined): string {
  if (!secrets) return response;
  const order: OrderCreated = JSON.parse(response);
  return JSON.stringify({ ...order, token: signOrderToken(order.orderId, Date.parse(order.createdAt), secrets) });
}
