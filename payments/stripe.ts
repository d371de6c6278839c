import Stripe from "stripe";
import { Failure } from "../domain/failure.ts";
import { PATIENCE_MS, type PaymentGateway } from "./port.ts";

/**
 * Makes a client of Stripe's API.
 *
 * @param options - Where another server stands in for Stripe, in tests.
 */
export function stripeClient(secretKey: string, options: Stripe.StripeConfig = {}): Stripe {
  // The workflow tries again, with more patience than an HTTP client has.
  return new Stripe(secretKey, { timeout: PATIENCE_MS, maxNetworkRetries: 0, telemetry: false, ...options });
}

/**
 * Payments by card through Stripe. One PaymentIntent for each payment, made with an idempotency key, and then found by
 * its own id. From there on, its states make every call safe to repeat: Stripe confirms an intent once, never after it
 * was canceled, and refunds no charge twice. Keys of ours on those calls would do harm: to a key, Stripe repeats its
 * first answer for a day, an error of its own included. Source: "Idempotent requests" in Stripe's API reference.
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
      // An error of Stripe's own stays with the key. A further intent does no harm, as only the one that is recorded is
      // ever confirmed; each call gets another key from the client.
      const again = (error: unknown) =>
        isRepeated(error) ? stripe.paymentIntents.create(intent) : Promise.reject(error);
      return (await asking(creation.catch(again))).id;
    },

    async find(paymentId) {
      const query = `metadata['orderId']:'${paymentId}'`;
      const { data } = await asking(stripe.paymentIntents.search({ query, limit: 100 }));
      const used = data.find(({ status }) => status === "succeeded") ?? data.find(({ status }) => status !== OPENED);
      return (used ?? data[0])?.id;
    },

    async charge({ providerId }) {
      // Nobody is there to confirm anything: a card that asks for it is declined.
      const confirmation = stripe.paymentIntents.confirm(providerId, { error_on_requires_action: true });
      const { status, last_payment_error, latest_charge } = await asking(inAnyState(providerId, confirmation));
      if (status === "canceled" || isRefunded(latest_charge)) {
        throw new Failure("Fenced", `The payment ${providerId} was canceled or refunded.`);
      }
      if (status === "succeeded") return;
      if (status === "requires_payment_method") throw declined(last_payment_error?.decline_code);
      throw unclear(providerId, status);
    },

    async void(providerId) {
      const cancellation = stripe.paymentIntents.cancel(providerId);
      const { status, amount_received } = await asking(inAnyState(providerId, cancellation));
      if (status === "canceled") return { refundedMinor: 0 };
      if (status !== "succeeded") throw unclear(providerId, status);
      const isRefunded = await refund(providerId);
      return isRefunded ? { refundedMinor: amount_received } : { refundedMinor: 0, isDisputed: true };
    },
  };

  /** The intent after a call that changes its state, or as it is where its state forbids the call. */
  async function inAnyState(id: string, call: Promise<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
    try {
      return await call;
    } catch (error) {
      if (codeOf(error) !== "payment_intent_unexpected_state") throw error;
      return stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
    }
  }

  /** Refunds a charge. @returns False if the customer's bank has taken it back already, as a dispute does at once. */
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

/** Whether a charge was refunded. One that comes as its id only was made by the same call. */
function isRefunded(charge: Stripe.PaymentIntent["latest_charge"]): boolean {
  return charge !== null && typeof charge === "object" && charge.refunded;
}

/** What refunds of disputed charges are refused with. Source: "Error codes" in Stripe's documentation. */
const DISPUTED = ["charge_disputed", "refund_disputed_payment"];

/** The state of an intent that was never confirmed, nor canceled. */
const OPENED = "requires_confirmation" satisfies Stripe.PaymentIntent.Status;

/** Whether Stripe answered with an error of its own for the second time, without having tried again. */
function isRepeated(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  return (error.statusCode ?? 0) >= 500 && error.headers?.["idempotent-replayed"] === "true";
}

/** Waits for Stripe's answer, and says in our words what went wrong. */
async function asking<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw toFailure(error);
  }
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (error instanceof Stripe.errors.StripeCardError) return declined(error.decline_code);
  const isAboutPayment = error.param === "payment_method" || /^amount_too_(large|small)$/.test(error.code ?? "");
  if (error instanceof Stripe.errors.StripeInvalidRequestError && isAboutPayment) return declined(error.code);
  const about = [error.type, error.code, error.requestId].filter(Boolean).join(", ");
  return new Failure("GatewayError", `Stripe answered with an error: ${about}.`, { cause: error });
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
