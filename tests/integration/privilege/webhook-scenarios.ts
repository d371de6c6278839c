import { expect } from "chai";
import Stripe from "stripe";
import { ledgerOf } from "../../../domain/payment-ledger.ts";
import { db } from "../../../handlers/lib/db.ts";
import { paymentOf } from "../../../payments/port.ts";
import { stripeGateway } from "../../../payments/stripe.ts";
import { markAwaiting } from "../../../store/awaited-payments.ts";
import { readFulfilment } from "../../../store/fulfilment.ts";
import { beginCharge, keepProviderId, markCharged } from "../../../store/payments.ts";
import { placeDirectly } from "../../support/in-process.ts";
import { StripeDouble } from "../../support/stripe-double.ts";
import { runSteps } from "../../support/workflow.ts";
import { postpones, rejects } from "./event-scenarios.ts";
import type { Context, Scenarios } from "./scenario.ts";

/** The signing secret of the stack under test. */
export const WEBHOOK_SECRET = "whsec_0123456789abcdef0123456789abcdef";

/** Stripe, as the function that handles its reports sees it. */
export const STRIPE = new StripeDouble();

/** Places an order that has a PaymentIntent. @returns The ids of both. */
async function opened({ stack }: Context): Promise<{ orderId: string; intentId: string }> {
  const orderId = await placeDirectly({ PLENTY: 1 });
  await runSteps(orderId, "BeginOrder", "ReserveStock");
  const { order } = await readFulfilment(db, orderId);
  const gateway = stripeGateway(STRIPE.client(), { stack: `orders/${stack.stage}` });
  await beginCharge(db, order, "stripe");
  const intent = await gateway.open({ ...paymentOf(order), paymentMethod: "pm_card_visa" });
  const providerId = "providerId" in intent ? intent.providerId : "";
  await keepProviderId(db, orderId, providerId);
  return { orderId, intentId: providerId };
}

/** Places an order that is charged at Stripe. */
async function charged(context: Context): ReturnType<typeof opened> {
  const { orderId, intentId } = await opened(context);
  const { order } = await readFulfilment(db, orderId);
  const gateway = stripeGateway(STRIPE.client(), { stack: `orders/${context.stack.stage}` });
  await gateway.charge({ ...paymentOf(order), providerId: intentId });
  await markCharged(db, order);
  return { orderId, intentId };
}

/** Places an order that waits for its customer. */
async function awaited(context: Context): ReturnType<typeof opened> {
  const { orderId, intentId } = await opened(context);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const awaiting = { for: "ACTION", until, clientSecret: "secret" } as const;
  await markAwaiting(db, orderId, { status: "CHARGING" }, { awaiting, triesLeft: 4 });
  return { orderId, intentId };
}

/** A report as it lies in its queue. The event's id is the correlation id. */
function report({ id }: Context, type: string, intentId: string): string {
  return JSON.stringify({ eventId: id, type, intentId });
}

async function deliver(context: Context, body: string): Promise<object[]> {
  return (await context.call({ Records: [{ messageId: context.id, body, messageAttributes: {} }] })).batchItemFailures;
}

/** Everything that is done about what Stripe reports. */
export const WEBHOOK_SCENARIOS: Scenarios = {
  "process-webhooks": {
    "records a refund made at Stripe": async (context) => {
      const { orderId, intentId } = await charged(context);
      STRIPE.moneyBack.add(intentId, 100, "succeeded");
      expect(await deliver(context, report(context, "charge.refunded", intentId))).to.deep.equal([]);
      expect(ledgerOf((await context.table.records(orderId)).payment).refundedMinor).to.equal(100);
    },
    "passes on what became of an intent": async (context) => {
      const { intentId } = await awaited(context);
      expect(await deliver(context, report(context, "payment_intent.succeeded", intentId))).to.deep.equal([]);
    },
    "postpones a report that can't be handled yet": async (context) => {
      const { orderId, intentId } = await charged(context);
      const records = await context.table.partition(`ORDER#${orderId}`);
      for (const record of records) await context.table.delete(record);
      const body = report(context, "charge.refunded", intentId);
      await postpones(context, context.stack.output("webhookQueueUrl"), body);
    },
    "rejects messages that can never succeed": rejects,
  },
  // Last, as it leaves reports in the queue.
  "receive-webhook": {
    "queues a report": async ({ call, id }) => {
      const object = { id: "ch_1", object: "charge", payment_intent: "pi_unknown" };
      const body = JSON.stringify({ id: `evt_${id}`, object: "event", type: "charge.refunded", data: { object } });
      const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET });
      const headers = { "Stripe-Signature": signature, "X-Correlation-Id": id };
      expect(await call({ headers, body, requestContext: { requestId: id } })).to.include({ statusCode: 200 });
    },
  },
};
