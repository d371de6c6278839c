import Stripe from "stripe";
import type { DisputeEvent, PaymentEventSource } from "../domain/payment-event.ts";
import { fromStripeAmount } from "../domain/stripe-amounts.ts";

/** What Stripe is to report: chosen at the webhook's endpoint in its dashboard. Others are answered, and ignored. */
const WEBHOOK_TYPES = [
  "payment_intent.succeeded",
  "payment_intent.payment_failed",
  "payment_intent.canceled",
  "charge.refunded",
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.dispute.created",
  "charge.dispute.updated",
  "charge.dispute.closed",
] as const satisfies Stripe.Event["type"][];

/** A report of Stripe's, without anything that may be out of date by now: the payment is read when the report's turn comes. */
export interface WebhookMessage {
  eventId: string;
  type: string;
  /** The id of the PaymentIntent that it is about. */
  intentId: string;
}

/**
 * Verifies that a request is Stripe's, and was sent in the last five minutes. Source: "Receive Stripe events in your webhook
 * endpoint" in Stripe's documentation.
 *
 * @param secrets - The endpoint's signing secret, and while it is being replaced the one before.
 * @returns Nothing if it isn't.
 */
export function verifiedEvent(body: string, signature: string, secrets: readonly string[]): Stripe.Event | undefined {
  for (const secret of secrets) {
    try {
      return Stripe.webhooks.constructEvent(body, signature, secret);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    }
  }
  return undefined;
}

/** What is to be done about an event. @returns Nothing for types that we didn't ask for, and what belongs to no PaymentIntent. */
export function webhookMessage({ id, type, data }: Stripe.Event): WebhookMessage | undefined {
  const intentId = intentOf(data.object);
  const isKnown = (WEBHOOK_TYPES as readonly string[]).includes(type);
  return isKnown && intentId !== undefined ? { eventId: id, type, intentId } : undefined;
}

function intentOf(object: Stripe.Event.Data.Object): string | undefined {
  const { id, object: kind, payment_intent: intent } = object as Partial<Stripe.PaymentIntent> & Partial<Stripe.Charge>;
  if (kind === ("payment_intent" as string)) return id;
  return typeof intent === "string" ? intent : intent?.id;
}

/** Events that Stripe could not deliver, for as long as it keeps them: 30 days. @param since - Seconds since 1970. */
export function undeliveredEvents(stripe: Stripe, since: number): AsyncIterable<Stripe.Event> {
  return stripe.events.list({
    delivery_success: false,
    created: { gte: since },
    types: [...WEBHOOK_TYPES],
    limit: 100,
  });
}

/** What a payment's metadata say. Those of version 0.1 don't name the stack. */
export interface PaymentOwner {
  orderId?: string;
  /** `<project>/<stage>`: one Stripe account may serve several. */
  stack?: string;
}

/** Whose payment it is. */
export async function ownerOf(stripe: Stripe, intentId: string): Promise<PaymentOwner> {
  const { metadata } = await stripe.paymentIntents.retrieve(intentId);
  return metadata;
}

/** The disputes of a payment in this currency, as they are now. Inquiries, which take no money, are none. */
export async function disputesOf(
  stripe: Stripe,
  intentId: string,
  currency: string,
  source: PaymentEventSource = "webhook",
): Promise<DisputeEvent[]> {
  const { data } = await stripe.disputes.list({ payment_intent: intentId, limit: 100 });
  return data.flatMap(({ id, status, amount, created }) => {
    const state = DISPUTE_STATES[status];
    if (state === undefined) return [];
    const at = new Date(created * 1_000).toISOString();
    const amountMinor = fromStripeAmount(amount, currency);
    return { id: `${id}.${state}`, kind: "DISPUTE", objectId: id, state, amountMinor, at, source };
  });
}

/** Source: "The Dispute object" in Stripe's API reference. */
const DISPUTE_STATES: Partial<Record<Stripe.Dispute.Status, DisputeEvent["state"]>> = {
  needs_response: "OPEN",
  under_review: "OPEN",
  won: "WON",
  warning_closed: "WON",
  prevented: "WON",
  lost: "LOST",
  appeal_needs_response: "LOST",
  appeal_under_review: "LOST",
};
