import Stripe from "stripe";
import { Failure } from "../domain/failure.ts";
import type { Decline } from "../domain/payment.ts";
import type { ProviderRefund, RefundState } from "../domain/payment-event.ts";
import { fromStripeAmount, toStripeAmount } from "../domain/stripe-amounts.ts";
import { type ChargeResult, type PaymentGateway, RESPONSE_TIMEOUT_MS } from "./port.ts";

/** Creates a client of Stripe's API. Tests point `options` at another server. */
export function stripeClient(secretKey: string, options: Stripe.StripeConfig = {}): Stripe {
  // The workflow retries, over a longer time than an HTTP client would.
  return new Stripe(secretKey, { timeout: RESPONSE_TIMEOUT_MS, maxNetworkRetries: 0, telemetry: false, ...options });
}

/**
 * Card payments through Stripe. Each payment is one PaymentIntent, created with an idempotency key and then found by its
 * own id. It names no payment method, so that the customer can try several: each is given when the intent is confirmed. Its
 * states make every later call safe to repeat: Stripe charges an intent once, never after it was canceled, and refunds no
 * charge twice. Idempotency keys on those calls would do harm: for a day, Stripe repeats its first response
 * to a key, even if it was an error of its own. Source: "Idempotent requests" in Stripe's API reference.
 *
 * Its metadata name the order and the stack: one Stripe account may serve several.
 *
 * Only refunds of a part need a key, as there may be several: and their own id in their metadata, by which they are found later.
 *
 * @param ours - `stack`: `<project>/<stage>`. `siteUrl`: the website's address without a slash at its end, if it is known. The bank
 * of a customer without Stripe's script sends them back to its order page.
 */
export function stripeGateway(
  stripe: Stripe,
  { stack, siteUrl }: { stack: string; siteUrl?: string | undefined },
): PaymentGateway {
  return {
    async open({ paymentId, amountMinor, currency }) {
      const amount = toStripeAmount(amountMinor, currency);
      if (amount === undefined) return { declined: "PAYMENT_DECLINED" };
      const intent = {
        amount,
        currency: currency.toLowerCase(),
        payment_method_types: ["card"],
        metadata: { orderId: paymentId, stack },
      };
      const creation = stripe.paymentIntents.create(intent, { idempotencyKey: `order-${paymentId}` });
      // Stripe keeps repeating an error of its own to that key, and refuses it if version 0.1 sent it with a payment method. A
      // second intent does no harm: only the recorded one is ever confirmed. Stripe's client gives this call a new key.
      const retryWithNewKey = (error: unknown) =>
        isReplayedError(error) || error instanceof Stripe.errors.StripeIdempotencyError
          ? stripe.paymentIntents.create(intent)
          : Promise.reject(error);
      const opened = await outcomeOf(creation.catch(retryWithNewKey));
      return typeof opened === "string" ? { declined: opened } : { providerId: opened.id };
    },

    async find(paymentId) {
      const query = `metadata['orderId']:'${paymentId}'`;
      const { data } = await mapErrors(stripe.paymentIntents.search({ query, limit: 100 }));
      const used = data.find(({ status }) => status === "succeeded") ?? data.find((intent) => !isUnused(intent));
      return (used ?? data[0])?.id;
    },

    async charge({ paymentId, providerId, paymentMethod, customerIsPresent }) {
      if (paymentMethod === undefined) return "PAYMENT_DECLINED";
      const confirmation = stripe.paymentIntents.confirm(providerId, {
        ...(paymentMethod.startsWith("ctoken_")
          ? { confirmation_token: paymentMethod }
          : { payment_method: paymentMethod, ...(customerIsPresent && { use_stripe_sdk: true }) }),
        ...(customerIsPresent && siteUrl !== undefined && { return_url: `${siteUrl}/order.html#${paymentId}` }),
        // Nobody could answer: a card whose bank asks is declined.
        ...(!customerIsPresent && { error_on_requires_action: true }),
      });
      const intent = await outcomeOf(inAnyState(providerId, confirmation));
      return typeof intent === "string" ? intent : resultOf(intent);
    },

    async look({ providerId }) {
      return resultOf(await mapErrors(retrieve(providerId)));
    },

    async isCharged({ providerId }) {
      const { status, latest_charge } = await mapErrors(retrieve(providerId));
      if (status === "processing") throw unclear(providerId, status);
      return status === "succeeded" && !isRefunded(latest_charge);
    },

    async void({ providerId, currency }) {
      const cancellation = stripe.paymentIntents.cancel(providerId);
      const { status, amount_received } = await mapErrors(inAnyState(providerId, cancellation));
      if (status === "canceled") return { refundedMinor: 0 };
      if (status !== "succeeded") throw unclear(providerId, status);
      const refunded = await refund(providerId);
      if (refunded === "REFUSED") return "REFUSED";
      return refunded === "REFUNDED"
        ? { refundedMinor: fromStripeAmount(amount_received, currency) }
        : { refundedMinor: 0, isDisputed: true };
    },

    async refund({ providerId, currency }, { refundId, amountMinor }) {
      // When Stripe repeats an error of its own to the key, the refund may have been made: only this list tells.
      const made = (await refundsOf(providerId, currency)).find((refund) => refund.refundId === refundId);
      if (made) return made.state;
      try {
        const amount = toStripeAmount(amountMinor, currency);
        if (amount === undefined) return "FAILED";
        const refund = { payment_intent: providerId, amount, metadata: { refundId } };
        return stateOf(await stripe.refunds.create(refund, { idempotencyKey: `refund-${refundId}` }));
      } catch (error) {
        // 409: another request with the key is in progress. Source: "Error codes" in Stripe's documentation.
        const isRefused = error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409;
        if (isRefused) return "FAILED";
        throw toFailure(error);
      }
    },

    refunds: ({ providerId, currency }) => refundsOf(providerId, currency),
  };

  async function refundsOf(payment_intent: string, currency: string): Promise<ProviderRefund[]> {
    const { data } = await mapErrors(stripe.refunds.list({ payment_intent, limit: 100 }));
    return data.map((refund) => providerRefund(refund, currency));
  }

  function retrieve(id: string): Promise<Stripe.PaymentIntent> {
    return stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
  }

  /**
   * The intent after a call that changes its state, or as it is if its state forbids the call, or the payment method: a
   * ConfirmationToken can be used once, so the call may have succeeded before.
   */
  async function inAnyState(id: string, call: Promise<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
    try {
      return await call;
    } catch (error) {
      if (codeOf(error) !== "payment_intent_unexpected_state" && !isAboutPayment(error)) throw error;
      return retrieve(id);
    }
  }

  /**
   * Refunds a charge.
   *
   * @returns `DISPUTED` if the customer's bank has reversed it already, as it does when a dispute opens; `REFUSED` if the
   * refund failed, or Stripe calls the request invalid: it would every time. Source: "Refunds" in Stripe's API reference.
   */
  async function refund(id: string): Promise<"REFUNDED" | "DISPUTED" | "REFUSED"> {
    try {
      const refund = await stripe.refunds.create({ payment_intent: id });
      return stateOf(refund) === "FAILED" ? "REFUSED" : "REFUNDED";
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (code === "charge_already_refunded") return "REFUNDED";
      if (DISPUTED.includes(code)) return "DISPUTED";
      if (error instanceof Stripe.errors.StripeInvalidRequestError) return "REFUSED";
      throw toFailure(error);
    }
  }
}

/** What has come of an intent that was confirmed. */
function resultOf({
  id,
  status,
  latest_charge,
  last_payment_error,
  client_secret,
}: Stripe.PaymentIntent): ChargeResult {
  if (status === "canceled" || isRefunded(latest_charge)) return "VOIDED";
  if (status === "succeeded") return "CHARGED";
  if (status === "requires_action") return { clientSecret: client_secret ?? "" };
  if (status === "requires_payment_method" || status === OPENED) return declineOf(last_payment_error?.decline_code);
  throw unclear(id, status);
}

/** Whether a charge was refunded. If it is only an id, the call that returned it has just made the charge. */
function isRefunded(charge: Stripe.PaymentIntent["latest_charge"]): boolean {
  return charge !== null && typeof charge === "object" && charge.refunded;
}

/** A refund in this currency, under the id by which we asked for it. */
export function providerRefund(refund: Stripe.Refund, currency: string): ProviderRefund {
  return {
    refundId: refund.metadata?.refundId ?? refund.id,
    amountMinor: fromStripeAmount(refund.amount, currency),
    state: stateOf(refund),
    at: new Date(refund.created * 1_000).toISOString(),
  };
}

/** A refund's state. Source: "The Refund object" in Stripe's API reference. */
function stateOf({ status }: Stripe.Refund): RefundState {
  if (status === "succeeded") return "SUCCEEDED";
  return status === "failed" || status === "canceled" ? "FAILED" : "PENDING";
}

/** Error codes of refunds of disputed charges. Source: "Error codes" in Stripe's documentation. */
const DISPUTED = ["charge_disputed", "refund_disputed_payment"];

/** The state of an intent that names a payment method, as those of version 0.1 do, and was neither confirmed nor canceled. */
const OPENED = "requires_confirmation" satisfies Stripe.PaymentIntent.Status;

/** Whether an intent was never confirmed. */
function isUnused({ status, last_payment_error }: Stripe.PaymentIntent): boolean {
  return status === OPENED || (status === "requires_payment_method" && last_payment_error === null);
}

/** Whether Stripe only repeated an earlier error of its own, without trying again. */
function isReplayedError(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  return (error.statusCode ?? 0) >= 500 && error.headers?.["idempotent-replayed"] === "true";
}

/** Whether Stripe has no such object. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "resource_missing";
}

/** Awaits Stripe's response, and turns its errors into failures of ours. */
export async function mapErrors<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    throw toFailure(error);
  }
}

/** Like {@link mapErrors}, but returns why Stripe declined the payment, if it did. */
async function outcomeOf<T extends object>(response: Promise<T>): Promise<T | Decline> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return declineOf(error.decline_code);
    if (isAboutPayment(error)) return "PAYMENT_DECLINED";
    throw toFailure(error);
  }
}

/** Whether Stripe can never accept the payment. */
function isAboutPayment(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return false;
  // "…; a similar object exists in test mode, but a live mode key was used …": it is our key that is wrong, not the card.
  if (/(test|live) mode key/.test(error.message)) return false;
  if (/^amount_too_(large|small)$/.test(error.code ?? "")) return true;
  // Stripe doesn't document how it refuses a token that is used or too old.
  return /^(payment_method|confirmation_token)$/.test(error.param ?? "") || /confirmation_?token/i.test(error.message);
}

/** A request that Stripe can't understand, and a key that is wrong or may not do this. */
const OUR_ERRORS = [
  Stripe.errors.StripeInvalidRequestError,
  Stripe.errors.StripeAuthenticationError,
  Stripe.errors.StripePermissionError,
];

function toFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const details = [error.type, error.code, error.requestId].filter(Boolean).join(", ");
  // Stripe did nothing, and is there: the answer to a later request is clear.
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return new Failure("Busy", `Stripe refused a request for its rate limit: ${details}.`, { cause: error });
  const isOurs = OUR_ERRORS.some((type) => error instanceof type);
  return new Failure("GatewayError", `Stripe responded with an error: ${details}.`, { cause: error, isOurs });
}

function declineOf(code: string | undefined): Decline {
  return code === "insufficient_funds" ? "INSUFFICIENT_FUNDS" : "PAYMENT_DECLINED";
}

function unclear(id: string, status: string): Failure {
  return new Failure("GatewayError", `The payment ${id} is ${status} at Stripe.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Stripe.errors.StripeError ? error.code : undefined;
}
