import { once } from "node:events";
import Stripe from "stripe";
import { stripeClient } from "../../handlers/lib/payments/stripe.ts";

interface Intent {
  id: string;
  object: "payment_intent";
  status: string;
  amount: number;
  amount_received: number;
  payment_method: string | null;
  last_payment_error: object | null;
}

/** What a card of Stripe's test values is declined with. */
const DECLINES: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: "generic_decline",
  pm_card_chargeDeclinedInsufficientFunds: "insufficient_funds",
};

/**
 * Stands in for Stripe's API as far as PaymentIntents need it: their states, idempotency keys and refunds, as its API
 * reference describes them.
 */
export class StripeDouble {
  /** How often money moved. */
  charges = 0;
  refunds = 0;
  /** What was asked, e.g. `POST /v1/refunds`. */
  readonly requests: string[] = [];
  /** Called before each answer; what it throws is what the client sees. */
  answering: (request: string) => unknown = () => undefined;
  private readonly intents = new Map<string, Intent>();
  private readonly keys = new Map<string, Intent>();

  /** A client of this double. @param reviewer - Base URL of a server that every request is shown to; it must accept it. */
  client(reviewer?: string): Stripe {
    const fetchFromDouble = async (url: string | URL | Request, options: RequestInit = {}) => {
      const { pathname } = new URL(String(url));
      const request = `${options.method} ${pathname}`;
      this.requests.push(request);
      if (reviewer !== undefined) await review(new URL(pathname, reviewer), options);
      const [status, body] = this.answer(request, new URLSearchParams(String(options.body ?? "")), options.headers);
      await Promise.race([this.answering(request), givenUp(options.signal)]);
      return Response.json(body, { status });
    };
    return stripeClient("sk_test_123", { httpClient: Stripe.createFetchHttpClient(fetchFromDouble as typeof fetch) });
  }

  private answer(request: string, fields: URLSearchParams, headers: RequestInit["headers"]): [number, object] {
    const [, id = "", action = ""] = /payment_intents\/(\w+)\/?(\w*)/.exec(request) ?? [];
    const intent = this.intents.get(id || fields.get("payment_intent") || "");
    if (request === "POST /v1/payment_intents") return this.create(fields, new Headers(headers).get("Idempotency-Key"));
    if (!intent) return refusal("resource_missing", "intent");
    if (request === "POST /v1/refunds") return this.refund(intent);
    if (action === "confirm") return this.confirm(intent);
    if (action === "cancel") return this.cancel(intent);
    return [200, intent];
  }

  private create(fields: URLSearchParams, key: string | null): [number, object] {
    const known = this.keys.get(key ?? "");
    if (known) return [200, known];
    const payment_method = fields.get("payment_method");
    const amount = Number(fields.get("amount"));
    if (payment_method === "pm_unknown") return refusal("resource_missing", "payment_method");
    if (amount > 99_999_999) return refusal("amount_too_large", "amount");
    const id = `pi_${this.intents.size + 1}`;
    const status = "requires_confirmation";
    const state = { status, amount, amount_received: 0, payment_method, last_payment_error: null };
    const intent: Intent = { id, object: "payment_intent", ...state };
    this.intents.set(id, intent);
    if (key !== null) this.keys.set(key, intent);
    return [200, intent];
  }

  private confirm(intent: Intent): [number, object] {
    if (intent.status !== "requires_confirmation") return refusal("payment_intent_unexpected_state");
    const decline_code = DECLINES[intent.payment_method ?? ""];
    if (decline_code !== undefined) {
      const error = { type: "card_error", code: "card_declined", decline_code };
      Object.assign(intent, { status: "requires_payment_method", payment_method: null, last_payment_error: error });
      return [402, { error }];
    }
    this.charges++;
    return [200, Object.assign(intent, { status: "succeeded", amount_received: intent.amount })];
  }

  private cancel(intent: Intent): [number, object] {
    if (!intent.status.startsWith("requires_")) return refusal("payment_intent_unexpected_state");
    return [200, Object.assign(intent, { status: "canceled" })];
  }

  private refund(intent: Intent): [number, object] {
    if (this.refunds > 0) return refusal("charge_already_refunded");
    if (intent.status !== "succeeded") return refusal("payment_intent_unexpected_state");
    this.refunds++;
    return [200, { object: "refund", status: "succeeded" }];
  }
}

function refusal(code: string, param?: string): [number, object] {
  return [400, { error: { type: "invalid_request_error", code, ...(param !== undefined && { param }) } }];
}

/** Fails, as fetch does, when the client doesn't wait any longer. */
async function givenUp(signal: AbortSignal | null | undefined): Promise<void> {
  if (!signal) return new Promise(() => {});
  await once(signal, "abort");
  signal.throwIfAborted();
}

async function review(url: URL, options: RequestInit): Promise<void> {
  const answer = await fetch(url, { ...options, redirect: "error" });
  if (!answer.ok) throw new Error(`${options.method} ${url.pathname}: ${await answer.text()}`);
}
