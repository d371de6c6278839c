import { v7 as uuidv7 } from "uuid";
import { toRefund } from "../domain/contract/response-bodies.ts";
import { eitherRefund } from "../domain/contract/schemas.ts";
import { fingerprint, KEY_LIFETIME_SECONDS, replay, requireKey } from "../domain/idempotency.ts";
import { newRefund } from "../domain/new-refund.ts";
import { requestedRefund } from "../domain/payment-ledger.ts";
import { claimId } from "../store/claims.ts";
import { requestRefund } from "../store/payment-ledger.ts";
import { currency } from "./lib/currency.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn, throwNotFound } from "./lib/order-in-path.ts";

/** Records a refund, once for each Idempotency-Key. The order's event brings it to the payment queue, where it waits for its turn. */
export const handler = endpoint("POST /orders/{orderId}/refunds", async (request) => {
  const orderId = orderIdIn(request);
  const claim = claimId(request.audience, requireKey(request.header("Idempotency-Key")));
  const input = request.body(eitherRefund(currency()));
  const about = { refundId: uuidv7(), actor: request.actor, at: new Date().toISOString() };
  const now = Math.floor(Date.parse(about.at) / 1_000);
  // The path is part of what was asked for.
  const asked = { orderId, ...input };

  const { correlationId } = request;
  const requested = requestRefund(db, { orderId, correlationId }, claim, now, (order, payment) => {
    const refund = newRefund(order, payment, input, about);
    const response = JSON.stringify(toRefund(requestedRefund(refund), order.currency));
    return { refund, record: { fingerprint: fingerprint(asked), response, expiresAt: now + KEY_LIFETIME_SECONDS } };
  });
  const { record, isNew } = await requested.catch(throwNotFound);
  if (isNew) return { status: 202, body: record.response, orderId, outcome: "refund requested" };
  const headers = { "Idempotent-Replayed": "true" };
  return { status: 202, body: replay(record, asked), headers, orderId, outcome: "replayed" };
});
