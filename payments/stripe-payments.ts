import type Stripe from "stripe";
import type { Period, ProviderPayment } from "../domain/reconciliation.ts";
import { fromStripeAmount } from "../domain/stripe-amounts.ts";
import { isMissing, mapErrors, providerRefund } from "./stripe.ts";
import { disputesOf } from "./stripe-webhooks.ts";

/** Stripe's maximum. */
const PAGE_SIZE = 100;

/** Saves a request for each refunded payment. Stripe expands up to four levels. Source: "Expanding responses" in its documentation. */
const REFUNDS = "latest_charge.refunds";

/** Nobody waits for these requests, and long lists take Stripe longer than a charge. */
const PATIENT: Stripe.RequestOptions = { timeout: 30_000, maxNetworkRetries: 2 };

/** Reads payments of a stack, with what became of their charges. */
export class StripePayments {
  private readonly stripe: Stripe;
  private readonly stack: string;
  private readonly turn: () => Promise<void>;

  /**
   * @param stack - `<project>/<stage>`, as the payments' metadata name it.
   * @param turn - Waits until the next request may be made.
   */
  constructor(stripe: Stripe, stack: string, turn: () => Promise<void>) {
    this.stripe = stripe;
    this.stack = stack;
    this.turn = turn;
  }

  /**
   * The payments that were begun, refunded or disputed in a period, page by page. One may come more than once.
   *
   * @throws Failure `GatewayError` or `Busy`: try again later.
   */
  async *during({ from, to }: Period): AsyncGenerator<ProviderPayment[]> {
    const created = { gte: Math.ceil(from / 1_000), lt: Math.ceil(to / 1_000) };
    const { paymentIntents, refunds, disputes } = this.stripe;
    const begun = this.pages((more) => paymentIntents.list({ created, expand: [`data.${REFUNDS}`], ...more }, PATIENT));
    for await (const page of begun) yield this.ours(page);
    const within = { created, expand: [`data.payment_intent.${REFUNDS}`] };
    for await (const page of this.pages((more) => refunds.list({ ...within, ...more }, PATIENT)))
      yield this.ours(page.map(({ payment_intent }) => payment_intent));
    for await (const page of this.pages((more) => disputes.list({ ...within, ...more }, PATIENT)))
      yield this.ours(page.map(({ payment_intent }) => payment_intent));
  }

  /** One payment, whatever its metadata. @returns Undefined if there is none. */
  async find(providerId: string): Promise<ProviderPayment | undefined> {
    await this.turn();
    const retrieved = this.stripe.paymentIntents
      .retrieve(providerId, { expand: [REFUNDS] }, PATIENT)
      .catch((error) => (isMissing(error) ? undefined : Promise.reject(error)));
    const intent = await mapErrors(retrieved);
    return intent && this.toPayment(intent);
  }

  private async *pages<T extends { id: string }>(
    list: (page: Stripe.PaginationParams) => Promise<Stripe.ApiList<T>>,
  ): AsyncGenerator<T[]> {
    let after: string | undefined;
    do {
      await this.turn();
      const page = { limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) };
      const { data, has_more } = await mapErrors(list(page));
      yield data;
      after = has_more ? data.at(-1)?.id : undefined;
    } while (after !== undefined);
  }

  /** Those that name this stack. Others of the same account have payments of their own. */
  private async ours(intents: (Stripe.PaymentIntent | string | null)[]): Promise<ProviderPayment[]> {
    const payments: ProviderPayment[] = [];
    for (const intent of intents) {
      if (intent === null || typeof intent === "string" || intent.metadata.stack !== this.stack) continue;
      payments.push(await this.toPayment(intent));
    }
    return payments;
  }

  private async toPayment(intent: Stripe.PaymentIntent): Promise<ProviderPayment> {
    const { id, status, amount_received, latest_charge } = intent;
    const currency = intent.currency.toUpperCase();
    const charge = typeof latest_charge === "string" ? null : latest_charge;
    return {
      providerId: id,
      orderId: intent.metadata.orderId ?? "",
      currency,
      chargedMinor: status === "succeeded" ? fromStripeAmount(amount_received, currency) : 0,
      refunds: (await this.refundsOf(intent, charge)).map((refund) => providerRefund(refund, currency)),
      disputes: charge?.disputed ? await this.disputesOf(id, currency) : [],
    };
  }

  /** An expanded list has ten at most. */
  private async refundsOf({ id }: Stripe.PaymentIntent, charge: Stripe.Charge | null): Promise<Stripe.Refund[]> {
    const { data = [], has_more = false } = charge?.refunds ?? {};
    if (!has_more) return data;
    await this.turn();
    return (await mapErrors(this.stripe.refunds.list({ payment_intent: id, limit: PAGE_SIZE }, PATIENT))).data;
  }

  private async disputesOf(id: string, currency: string) {
    await this.turn();
    return mapErrors(disputesOf(this.stripe, id, currency, "reconciliation"));
  }
}
