import { once } from "node:events";
import Stripe from "stripe";
import { stripeClient } from "../../payments/stripe.ts";

interface Intent {
  id: string;
  object: "payment_intent";
  status: string;
  amount: number;
  amount_received: number;
  payment_method: string | null;
  last_payment_error: object | null;
  metadata: { orderId: string };
  /** As it is where it is asked to be expanded. */
  latest_charge: { refunded: boolean } | null;
}

type Answer = [status: number, body: object];

/** What a card of Stripe's test values is declined with. */
const DECLINES: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: "generic_decline",
  pm_card_chargeDeclinedInsufficientFunds: "insufficient_funds",
};

/**
 * Stands in for Stripe's API as far as PaymentIntents need it: their states, idempotency keys, search and refunds, as its
 * API reference describes them.
 */
export class StripeDouble {
  /** How often money moved. */
  charges = 0;
  refunds = 0;
  /** What was asked, e.g. `POST /v1/refunds`. */
  readonly requests: string[] = [];
  /** Called before each answer; what it throws is what the client sees. */
  answering: (request: string) => unknown = () => undefined;
  /** How many intents to come are made, but answered with an error of Stripe's own. */
  errors = 0;
  /** Whether customers dispute what they are charged. */
  isDisputed = false;
  private readonly intents = new Map<string, Intent>();
  /** The first answer to each key, which is the answer to it from then on, an error included. */
  private readonly keys = new Map<string, Answer>();
  private readonly searchable = new Set<Intent>();

  /** Search finds what is there by then. */
  minutePasses(): void {
    for (const intent of this.intents.values()) this.searchable.add(intent);
  }

  /** Keys are forgotten, too. */
  dayPasses(): void {
    this.minutePasses();
    this.keys.clear();
  }

  /** A client of this double. @param reviewer - Base URL of a server that every request is shown to; it must accept it. */
  client(reviewer?: string): Stripe {
    return stripeClient("sk_test_123", { httpClient: this.httpClient(reviewer) });
  }

  /** What a client asks this double through. */
  httpClient(reviewer?: string): Stripe.HttpClient {
    const fetchFromDouble = async (url: string | URL | Request, options: RequestInit = {}) => {
      const { pathname, search, searchParams } = new URL(String(url));
      const request = `${options.method} ${pathname}`;
      this.requests.push(request);
      if (reviewer !== undefined) await review(new URL(pathname + search, reviewer), options);
      const fields = options.method === "GET" ? searchParams : new URLSearchParams(String(options.body ?? ""));
      const [answer, headers] = this.remember(new Headers(options.headers).get("Idempotency-Key"), () =>
        this.answer(request, fields),
      );
      await Promise.race([this.answering(request), givenUp(options.signal)]);
      const [status, body] = answer;
      return Response.json(body, { status, headers });
    };
    return Stripe.createFetchHttpClient(fetchFromDouble as typeof fetch);
  }

  /** Answers anew, or as before where the key is known. A request that was never begun leaves its key free. */
  private remember(key: string | null, work: () => Answer): [Answer, Record<string, string>] {
    const known = this.keys.get(key ?? "");
    if (known) return [known, { "Idempotent-Replayed": "true" }];
    // What the client gets later must not change with the intent.
    const answer = structuredClone(work());
    if (key !== null && answer[0] !== 400) this.keys.set(key, answer);
    return [answer, {}];
  }

  private answer(request: string, fields: URLSearchParams): Answer {
    const [, id = "", action = ""] = /payment_intents\/(\w+)\/?(\w*)/.exec(request) ?? [];
    if (request === "POST /v1/payment_intents") return this.create(fields);
    if (id === "search") return this.search(fields.get("query") ?? "");
    const intent = this.intents.get(id || fields.get("payment_intent") || "");
    if (!intent) return refusal("resource_missing", "intent");
    if (request === "POST /v1/refunds") return this.refund(intent);
    if (action === "confirm") return this.confirm(intent);
    if (action === "cancel") return this.cancel(intent);
    return [200, fields.get("expand[0]") === "latest_charge" ? intent : collapsed(intent)];
  }

  private create(fields: URLSearchParams): Answer {
    const payment_method = fields.get("payment_method");
    const amount = Number(fields.get("amount"));
    if (payment_method === "pm_unknown") return refusal("resource_missing", "payment_method");
    if (amount > 99_999_999) return refusal("amount_too_large", "amount");
    const id = `pi_${this.intents.size + 1}`;
    const status = "requires_confirmation";
    const metadata = { orderId: fields.get("metadata[orderId]") ?? "" };
    const state = {
      status,
      amount,
      amount_received: 0,
      payment_method,
      last_payment_error: null,
      metadata,
      latest_charge: null,
    };
    const intent: Intent = { id, object: "payment_intent", ...state };
    this.intents.set(id, intent);
    if (this.errors === 0) return [200, intent];
    this.errors--;
    return [500, { error: { type: "api_error" } }];
  }

  private search(query: string): Answer {
    const [, orderId] = /^metadata\['orderId'\]:'([\w-]+)'$/.exec(query) ?? [];
    const data = [...this.searchable].filter(({ metadata }) => metadata.orderId === orderId);
    // The newest comes first.
    return [200, { object: "search_result", data: data.reverse(), has_more: false }];
  }

  private confirm(intent: Intent): Answer {
    if (intent.status !== "requires_confirmation") return refusal("payment_intent_unexpected_state");
    const decline_code = DECLINES[intent.payment_method ?? ""];
    if (decline_code !== undefined) {
      const error = { type: "card_error", code: "card_declined", decline_code };
      Object.assign(intent, { status: "requires_payment_method", payment_method: null, last_payment_error: error });
      return [402, { error }];
    }
    this.charges++;
    Object.assign(intent, {
      status: "succeeded",
      amount_received: intent.amount,
      latest_charge: { refunded: false },
    });
    return [200, collapsed(intent)];
  }

  private cancel(intent: Intent): Answer {
    if (!intent.status.startsWith("requires_")) return refusal("payment_intent_unexpected_state");
    return [200, Object.assign(intent, { status: "canceled" })];
  }

  private refund(intent: Intent): Answer {
    if (this.isDisputed) return refusal("charge_disputed");
    if (intent.latest_charge?.refunded) return refusal("charge_already_refunded");
    if (intent.status !== "succeeded") return refusal("payment_intent_unexpected_state");
    intent.latest_charge = { refunded: true };
    this.refunds++;
    return [200, { object: "refund", status: "succeeded" }];
  }
}

/** With the charge's id only, as intents are unless more is asked for. */
function collapsed(intent: Intent): object {
  return { ...intent, latest_charge: intent.latest_charge && `ch_${intent.id}` };
}

function refusal(code: string, param?: string): Answer {
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
