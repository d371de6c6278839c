import Stripe from "stripe";
import { Failure } from "../domain/failure.ts";
import { type PaymentGateway, RESPONSE_TIMEOUT_MS } from "./port.ts";

/** Creates a client of Stripe's API. Tests point `options` at another server. */
export function stripeClient(secretKey: string, options: Stripe.StripeConfig = {}): Stripe {
  // The workflow retries, over a longer time than an HTTP client would.
  return new Stripe(secretKey, { timeout: RESPONSE_TIMEOUT_MS, maxNetworkRetries: 0, telemetry: false, ...options });
}

/**
 * Card payments through Stripe. Each payment is one PaymentIntent, created with an idempotency key and then found by its
 * own id. Its states make every later call safe to repeat: Stripe confirms an intent once, never after it was canceled,
 * and refunds no charge twice. Idempotency keys on those calls would do harm: for a day, Stripe repeats its first response
 * to a key, even if it was an error of its own. Source: "Idempotent requests" in Stripe's API reference.
 */
export function stripeGateway(stripe: Stripe): PaymentGateway {
  return {
    async open({ paymentId, amountMinor, currency, paymentMethod }) {
      if (paymentMethod === undefined) throw new Failure("PaymentDeclined", "The order has no payment method.");
      const intent = {
        amount: amountMinor,
        currency: currency.toLowerCase(),
        payment_method: paymentMethod,
        payment_method_types: ["card"],
        metadata: { orderId: paymentId },
      };
      const creation = stripe.paymentIntents.create(intent, { idempotencyKey: `order-${paymentId}` });
      // Stripe keeps repeating an error of its own to that key. A second intent does no harm: only the recorded one is ever
      // confirmed. Stripe's client gives this call a new key.
      const retryWithNewKey = (error: unknown) =>
        isReplayedError(error) ? stripe.paymentIntents.create(intent) : Promise.reject(error);
      return (await mapErrors(creation.catch(retryWithNewKey))).id;
    },

    async find(paymentId) {
      const query = `metadata['orderId']:'${paymentId}'`;
      const { data } = await mapErrors(stripe.paymentIntents.search({ query, limit: 100 }));
      const used = data.find(({ status }) => status === "succeeded") ?? data.find(({ status }) => status !== OPENED);
      return (used ?? data[0])?.id;
    },

    async charge({ providerId }) {
      // The customer isn't present to authenticate: a card that requires it is declined.
      const confirmation = stripe.paymentIntents.confirm(providerId, { error_on_requires_action: true });
      const { status, last_payment_error, latest_charge } = await mapErrors(inAnyState(providerId, confirmation));
      if (status === "canceled" || isRefunded(latest_charge)) {
        throw new Failure("Fenced", `The payment ${providerId} was canceled or refunded.`);
      }
      if (status === "succeeded") return;
      if (status === "requires_payment_method") throw declined(last_payment_error?.decline_code);
      throw unclear(providerId, status);
    },

    async void(providerId) {
      const cancellation = stripe.paymentIntents.cancel(providerId);
      const { status, amount_received } = await mapErrors(inAnyState(providerId, cancellation));
      if (status === "canceled") return { refundedMinor: 0 };
      if (status !== "succeeded") throw unclear(providerId, status);
      const isRefunded = await refund(providerId);
      return isRefunded ? { refundedMinor: amount_received } : { refundedMinor: 0, isDisputed: true };
    },
  };

  /** The intent after a call that changes its state, or as it is if its state forbids the call. */
  async function inAnyState(id: string, call: Promise<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
    try {
      return await call;
    } catch (error) {
      if (codeOf(error) !== "payment_intent_unexpected_state") throw error;
      return stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
    }
  }

  /** Refunds a charge. @returns False if the customer's bank has reversed it already, as it does when a dispute opens. */
  async function refund(id: string): Promise<boolean> {
    try {
      const { status } = await stripe.refunds.create({ payment_intent: id });
      if (status === "failed" || status === "canceled") throw unclear(id, `refund ${status}`);
    } catch (error) {
      if (DISPUTED.includes(codeOf(error) ?? "")) return false;
      if (codeOf(error) !== "charge_already_refunded") throw toFailure(error);
    }
    return true;
  }
}

/** Whether a charge was refunded. If it is only an id, the call that returned it has just made the charge. */
function isRefunded(charge: Stripe.PaymentIntent["latest_charge"]): boolean {
  return charge !== null && typeof charge === "object" && charge.refunded;
}

/** Error codes of refunds of disputed charges. Source: "Error codes" in Stripe's documentation. */
const DISPUTED = ["charge_disputed", "refund_disputed_payment"];

/** The state of an intent that was neither confirmed nor canceled. */
const OPENED = "requires_confirmation" satisfies Stripe.PaymentIntent.Status;

/** Whether Stripe only repeated an earlier error of its own, without trying again. */
function isReplayedError(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  return (error.statusCode ?? 0) >= 500 && error.headers?.["idempotent-replayed"] === "true";
}

/** Awaits Stripe's response, and turns its errors into failures of ours. */
async function mapErrors<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    throw toFailure(error);
  }
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (error instanceof Stripe.errors.StripeCardError) return declined(error.decline_code);
  const isAboutPayment = error.param === "payment_method" || /^amount_too_(large|small)$/.test(error.code ?? "");
  if (error instanceof Stripe.errors.StripeInvalidRequestError && isAboutPayment) return declined(error.code);
  const details = [error.type, error.code, error.requestId].filter(Boolean).join(", ");
  return new Failure("GatewayError", `Stripe responded with an error: ${details}.`, { cause: error });
}

function declined(code: string | undefined): Failure {
  const name = code === "insufficient_funds" ? "InsufficientFunds" : "PaymentDeclined";
  return new Failure(name, `Stripe declined the payment: ${code ?? "it gave no reason"}.`);
}

function unclear(id: string, status: string): Failure {
  return new Failure("GatewayError", `The payment ${id} is ${status} at Stripe.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Stripe.errors.StripeError ? error.code : undefined;
}
