import { awaitingOf, nextTry } from "../domain/awaited-payment.ts";
import { type PayOrder, payOrder } from "../domain/contract/payment-request.ts";
import { toOwnOrder } from "../domain/contract/response-bodies.ts";
import { Failure } from "../domain/failure.ts";
import { mayProceed } from "../domain/fulfilment.ts";
import { fingerprint, KEY_LIFETIME_SECONDS, replay, requireKey } from "../domain/idempotency.ts";
import { Problem } from "../domain/problem.ts";
import { readCustomerPayment, recordAnswer } from "../store/awaited-payments.ts";
import { type ClaimId, claimId } from "../store/claims.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn, orderNotFound } from "./lib/order-in-path.ts";
import { requireOrderToken } from "./lib/order-token.ts";
import { wakeExecutions } from "./lib/wake-executions.ts";

/** How often a request is decided again because the payment changed in the meantime. */
const MAX_ATTEMPTS = 5;

/** Tries another payment method for an order that waits for its customer, or looks whether they have answered their bank. */
export const handler = endpoint("POST /orders/{orderId}/payment", async (request) => {
  const orderId = orderIdIn(request);
  await requireOrderToken(request, orderId);
  const id = claimId(request.audience, requireKey(request.header("Idempotency-Key")));
  const input = request.body(payOrder);

  const outcome = await answer(orderId, id, input);
  const { order, payment } = await readCustomerPayment(db, orderId, id);
  if (!order) throw orderNotFound();
  // Also when the request is repeated: the first one may not have come this far.
  await wakeExecutions(orderId, payment);
  const headers = outcome === "replayed" ? { "Idempotent-Replayed": "true" } : {};
  return {
    status: 202,
    body: toOwnOrder(order, payment),
    headers,
    orderId,
    outcome,
  };
});

async function answer(orderId: string, id: ClaimId, { paymentMethod }: PayOrder): Promise<string> {
  // The path is part of what was asked for.
  const asked = { orderId, ...(paymentMethod !== undefined && { paymentMethod }) };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const now = Math.floor(Date.now() / 1_000);
    const { claim, order, payment } = await readCustomerPayment(db, orderId, id);
    if (claim && claim.expiresAt >= now) return replayed(claim, asked);
    if (!order) throw orderNotFound();
    if (paymentMethod === undefined && (!payment || !awaitingOf(payment) || !mayProceed(order)))
      return "nothing to look at";
    if (!payment || !mayProceed(order))
      throw new Problem("wrong-status", `The order is ${order.status}, and its payment can't be tried again.`);

    const decided = paymentMethod === undefined ? "LOOK" : nextTry(payment, paymentMethod);
    const record = { fingerprint: fingerprint(asked), response: "", expiresAt: now + KEY_LIFETIME_SECONDS };
    const result = await recordAnswer(db, orderId, payment, decided, { id, record, now });
    if (result === "done") return decided === "LOOK" ? "to be looked at" : "tried again";
    if (result) return replayed(result, asked);
  }
  throw new Failure("Busy", `The payment of ${orderId} changed again and again meanwhile.`);
}

/** A repeated request shows the order as it is now. @throws Problem `idempotency-key-reused`. */
function replayed(claim: Parameters<typeof replay>[0], asked: object): string {
  replay(claim, asked);
  return "replayed";
}
