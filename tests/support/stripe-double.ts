import { once } from "node:events";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type AwsClientStub, mockClient } from "aws-sdk-client-mock";
import { after, before, beforeEach } from "mocha";
import Stripe from "stripe";
import { stripeClient } from "../../payments/stripe.ts";
import { listed } from "./stripe-lists-double.ts";
import { RefundsDouble } from "./stripe-refunds-double.ts";

interface Intent {
  id: string;
  object: "payment_intent";
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  /** Seconds since 1970. */
  created: number;
  payment_method: string | null;
  last_payment_error: object | null;
  client_secret: string;
  metadata: { orderId?: string; stack?: string };
  /** The expanded object. */
  latest_charge: { refunded: boolean } | null;
}

type Result = [status: number, body: object];

/** Decline codes of Stripe's test payment methods. */
const DECLINES: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: "generic_decline",
  pm_card_chargeDeclinedInsufficientFunds: "insufficient_funds",
};

/**
 * A fake of Stripe's API for PaymentIntents: states, questions of the customer's bank, ConfirmationTokens, idempotency keys, search
 * and refunds, as in its API reference.
 */
export class StripeDouble {
  /** How often money moved. */
  charges = 0;
  refunds = 0;
  /** What intents were created for, e.g. `10997 usd`. */
  readonly amounts: string[] = [];
  /** Requests so far, e.g. `POST /v1/refunds`. */
  readonly requests: string[] = [];
  /** Called before each response. The client gets the errors that it throws. */
  beforeResponse: (request: string) => unknown = () => undefined;
  /** The next intents to be created although the client gets an error of Stripe's. */
  errors = 0;
  /** Whether it refuses every request for its rate limit. */
  isBusy = false;
  /** Whether its key is for test mode, and the payment methods are real, or the other way round. */
  isWrongKey = false;
  /** Whether customers dispute their charges. */
  isDisputed = false;
  /** Events that it could not report, the newest first. */
  readonly undelivered: Stripe.Event[] = [];
  /** How refunds are refused for good, if they are: they fail, or the request is invalid. */
  refundRefusal: "failed" | "invalid" | undefined;
  private readonly intents = new Map<string, Intent>();
  /** What became of its charges. */
  readonly moneyBack = new RefundsDouble();
  /** The first result for each idempotency key, even if it was an error, and the body that it was for. */
  private readonly results = new Map<string, { body: string; result: Result }>();
  /** The payment methods of ConfirmationTokens that were not used yet. */
  private readonly tokens = new Map<string, string>();
  private readonly searchable = new Set<Intent>();

  /** Makes existing intents searchable: Stripe's search lags behind. */
  minutePasses(): void {
    for (const intent of this.intents.values()) this.searchable.add(intent);
  }

  /** Makes intents searchable, and forgets all idempotency keys. */
  dayPasses(): void {
    this.minutePasses();
    this.results.clear();
  }

  /** Adds a payment that was charged, unless the fields say otherwise. @returns Its id. */
  plant(fields: Partial<Intent>): string {
    const { amount = 3_000 } = fields;
    const id = `pi_${this.intents.size + 1}`;
    const charged = { status: "succeeded", amount, amount_received: amount, latest_charge: { refunded: false } };
    this.intents.set(id, { ...intentOf(id, amount, "usd"), ...charged, ...fields });
    return id;
  }

  /** A ConfirmationToken, as Stripe's script on the page creates it. */
  confirmationToken(paymentMethod: string): string {
    const token = `ctoken_${this.tokens.size + 1}_${this.requests.length}`;
    this.tokens.set(token, paymentMethod);
    return token;
  }

  /** The customer answers their bank. Every intent that waits for that goes on. */
  answerBank(passes: boolean): void {
    for (const intent of this.intents.values()) {
      if (intent.status !== "requires_action") continue;
      if (passes) this.charge(intent);
      else this.decline(intent, { type: "card_error", code: "payment_intent_authentication_failure" });
    }
  }

  /** A client of this double. @param validator - Base URL of a server that must accept every request, too. */
  client(validator?: string): Stripe {
    return stripeClient("sk_test_123", { httpClient: this.httpClient(validator) });
  }

  /** The transport for a client of this double. */
  httpClient(validator?: string): Stripe.HttpClient {
    const fetchFromDouble = async (url: string | URL | Request, options: RequestInit = {}) => {
      const { pathname, search, searchParams } = new URL(String(url));
      const request = `${options.method} ${pathname}`;
      this.requests.push(request);
      if (validator !== undefined) await validate(new URL(pathname + search, validator), options);
      const fields = options.method === "GET" ? searchParams : new URLSearchParams(String(options.body ?? ""));
      const key = new Headers(options.headers).get("Idempotency-Key");
      const [[status, body], headers] = this.handleOnce(key, fields.toString(), () => this.handle(request, fields));
      await Promise.race([this.beforeResponse(request), aborted(options.signal)]);
      return Response.json(body, { status, headers });
    };
    return Stripe.createFetchHttpClient(fetchFromDouble as typeof fetch);
  }

  /** Repeats the first result for a known key. Requests that are invalid or too many don't use up their key. */
  private handleOnce(key: string | null, body: string, handle: () => Result): [Result, Record<string, string>] {
    const known = this.results.get(key ?? "");
    if (known && known.body !== body) return [[400, { error: { type: "idempotency_error" } }], {}];
    if (known) return [known.result, { "Idempotent-Replayed": "true" }];
    // A replayed result must not reflect later changes of the intent.
    const result = structuredClone(handle());
    if (key !== null && ![400, 429].includes(result[0])) this.results.set(key, { body, result });
    return [result, {}];
  }

  private handle(request: string, fields: URLSearchParams): Result {
    if (this.isBusy) return [429, { error: { type: "invalid_request_error", code: "rate_limit" } }];
    const [, id = "", action = ""] = /payment_intents\/(\w+)\/?(\w*)/.exec(request) ?? [];
    if (request === "POST /v1/payment_intents") return this.create(fields);
    if (id === "search") return this.search(fields.get("query") ?? "");
    const [, kind = ""] = /^GET \/v1\/(payment_intents|refunds|disputes)$/.exec(request) ?? [];
    if (request === "GET /v1/events") return [200, listed(this.undelivered, fields)];
    if (kind !== "" && !fields.has("payment_intent")) return [200, this.list(kind, fields)];
    const intent = this.intents.get(id || fields.get("payment_intent") || "");
    if (!intent) return invalidRequest("resource_missing", "intent");
    if (request === "POST /v1/refunds") return this.refund(intent, fields);
    if (kind !== "") return [200, this.moneyBack.list(kind, intent.id)];
    if (action === "confirm") return this.confirm(intent, fields);
    if (action === "cancel") return this.cancel(intent);
    if (fields.get("expand[0]") === "latest_charge.refunds") return [200, this.expanded(intent)];
    return [200, fields.get("expand[0]") === "latest_charge" ? intent : collapsed(intent)];
  }

  private list(kind: string, fields: URLSearchParams): object {
    if (kind === "payment_intents")
      return listed([...this.intents.values()].reverse(), fields, (intent) => this.expanded(intent));
    const expand = (each: { payment_intent: string }) => {
      const intent = this.intents.get(each.payment_intent);
      return { ...each, payment_intent: intent ? this.expanded(intent) : null };
    };
    return listed(this.moneyBack.all(kind), fields, expand);
  }

  /** An intent with its charge, and the charge's refunds. */
  private expanded(intent: Intent): object {
    const { latest_charge: charge } = intent;
    return { ...intent, latest_charge: charge && { ...charge, ...this.moneyBack.ofCharge(intent.id) } };
  }

  private create(fields: URLSearchParams): Result {
    const payment_method = fields.get("payment_method");
    const amount = Number(fields.get("amount"));
    if (amount > 99_999_999) return invalidRequest("amount_too_large", "amount");
    this.amounts.push(`${amount} ${fields.get("currency")}`);
    const id = `pi_${this.intents.size + 1}`;
    const status = payment_method === null ? "requires_payment_method" : "requires_confirmation";
    const stack = fields.get("metadata[stack]");
    const metadata = { orderId: fields.get("metadata[orderId]") ?? "", ...(stack !== null && { stack }) };
    const opened = intentOf(id, amount, fields.get("currency") ?? "");
    const intent: Intent = { ...opened, status, payment_method, metadata };
    this.intents.set(id, intent);
    if (this.errors === 0) return [200, intent];
    this.errors--;
    return [500, { error: { type: "api_error" } }];
  }

  private search(query: string): Result {
    const [, orderId] = /^metadata\['orderId'\]:'([\w-]+)'$/.exec(query) ?? [];
    const data = [...this.searchable].filter(({ metadata }) => metadata.orderId === orderId);
    // Newest first.
    return [200, { object: "search_result", data: data.reverse(), has_more: false }];
  }

  private confirm(intent: Intent, fields: URLSearchParams): Result {
    const token = fields.get("confirmation_token");
    // Whether Stripe looks at the token or at the intent first is unknown. This is the harder case.
    if (token !== null && !this.tokens.has(token)) return invalidRequest("resource_missing", "confirmation_token");
    const method = fields.get("payment_method") ?? this.tokens.get(token ?? "") ?? intent.payment_method;
    if (method === "pm_unknown") return invalidRequest("resource_missing", "payment_method");
    if (this.isWrongKey) return invalidRequest("resource_missing", "payment_method", WRONG_KEY);
    // Not while the customer's bank asks. Source: woocommerce-gateway-stripe#2950.
    if (method === null || !/^requires_(payment_method|confirmation)$/.test(intent.status))
      return invalidRequest("payment_intent_unexpected_state");
    this.tokens.delete(token ?? "");
    const decline_code = DECLINES[method];
    if (decline_code !== undefined)
      return this.decline(intent, { type: "card_error", code: "card_declined", decline_code });
    if (method === "pm_card_authenticationRequired") {
      if (fields.get("error_on_requires_action") === "true")
        return this.decline(intent, { type: "card_error", code: "authentication_required" });
      Object.assign(intent, { status: "requires_action", payment_method: method });
    } else this.charge(intent);
    return [200, collapsed(intent)];
  }

  private charge(intent: Intent): void {
    this.charges++;
    Object.assign(intent, { status: "succeeded", amount_received: intent.amount, latest_charge: { refunded: false } });
  }

  private decline(intent: Intent, error: object): Result {
    Object.assign(intent, { status: "requires_payment_method", payment_method: null, last_payment_error: error });
    return [402, { error }];
  }

  private cancel(intent: Intent): Result {
    if (!intent.status.startsWith("requires_")) return invalidRequest("payment_intent_unexpected_state");
    return [200, Object.assign(intent, { status: "canceled" })];
  }

  private refund(intent: Intent, fields: URLSearchParams): Result {
    if (this.isDisputed) return invalidRequest("charge_disputed");
    if (this.refundRefusal === "invalid") return invalidRequest("resource_missing");
    if (intent.latest_charge?.refunded) return invalidRequest("charge_already_refunded");
    if (intent.status !== "succeeded") return invalidRequest("payment_intent_unexpected_state");
    const left = intent.amount - this.moneyBack.refundedMinor(intent.id);
    const amount = Number(fields.get("amount") ?? left);
    if (amount > left) return invalidRequest("amount_too_large", "amount");
    const status = this.refundRefusal ?? "succeeded";
    const refund = this.moneyBack.add(intent.id, amount, status, fields.get("metadata[refundId]"));
    if (status === "succeeded") this.refunds++;
    if (status === "succeeded" && amount === left) intent.latest_charge = { refunded: true };
    return [200, refund];
  }
}

function intentOf(id: string, amount: number, currency: string): Intent {
  return {
    ...{ id, object: "payment_intent", status: "requires_payment_method", amount, amount_received: 0, currency },
    ...{ created: Math.floor(Date.now() / 1_000), payment_method: null, last_payment_error: null },
    ...{ client_secret: `${id}_secret`, metadata: {}, latest_charge: null },
  };
}

/** An intent without expanded objects: with the charge's id only. */
function collapsed(intent: Intent): object {
  return { ...intent, latest_charge: intent.latest_charge && `ch_${intent.id}` };
}

/** As Stripe words it. */
const WRONG_KEY =
  "No such PaymentMethod: 'pm_1'; a similar object exists in test mode, but a live mode key was used to make this request.";

function invalidRequest(code: string, param?: string, message?: string): Result {
  const details = { ...(param !== undefined && { param }), ...(message !== undefined && { message }) };
  return [400, { error: { type: "invalid_request_error", code, ...details } }];
}

/** Rejects when the client aborts, as fetch does. */
async function aborted(signal: AbortSignal | null | undefined): Promise<void> {
  if (!signal) return new Promise(() => {});
  await once(signal, "abort");
  signal.throwIfAborted();
}

async function validate(url: URL, options: RequestInit): Promise<void> {
  const response = await fetch(url, { ...options, redirect: "error" });
  if (!response.ok) throw new Error(`${options.method} ${url.pathname}: ${await response.text()}`);
}

/** The gateway that the handlers are configured for, and whether they have Stripe's key. */
type GatewayConfig = "simulated" | "simulated with a key" | "stripe";

/** Stripe as the handlers of this process see it. */
export interface HandlersStripe {
  /** The current test's double. */
  double: StripeDouble;
  /** Configures the handlers, as a deployment does. */
  configure(gateway: GatewayConfig): void;
}

/** Makes the handlers of this process call a double of Stripe, a new one for each test. Call it after `useLocalTable`. */
export function useStripeDouble(): HandlersStripe {
  const transport = Object.getPrototypeOf(Stripe.createNodeHttpClient()) as Stripe.HttpClient;
  const { makeRequest } = transport;
  const { PAYMENT_GATEWAY, STRIPE_SECRET_ARN } = process.env;

  const stripe: HandlersStripe = {
    double: new StripeDouble(),
    configure(gateway) {
      setEnvironment(gateway.startsWith("simulated") ? "simulated" : gateway, gateway === "simulated" ? "" : "arn:key");
    },
  };

  let secrets: AwsClientStub<SecretsManagerClient>;

  // Not before: a stack of the suite needs the client for its own secrets.
  before(() => {
    secrets = mockClient(SecretsManagerClient);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "sk_test_123" });
    secrets
      .on(GetSecretValueCommand, { SecretId: "arn:signing" })
      .resolves({ SecretString: JSON.stringify({ current: "s".repeat(32) }) });
    transport.makeRequest = (...request) => stripe.double.httpClient().makeRequest(...request);
  });

  beforeEach(() => {
    stripe.double = new StripeDouble();
  });

  after(() => {
    secrets.restore();
    transport.makeRequest = makeRequest;
    setEnvironment(PAYMENT_GATEWAY, STRIPE_SECRET_ARN);
  });

  return stripe;
}

function setEnvironment(gateway = "", key = ""): void {
  process.env.PAYMENT_GATEWAY = gateway;
  process.env.STRIPE_SECRET_ARN = key;
}
