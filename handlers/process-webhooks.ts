import { SendMessageCommand } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { awaitingOf } from "../domain/awaited-payment.ts";
import { Failure } from "../domain/failure.ts";
import { mapErrors, stripeGateway } from "../payments/stripe.ts";
import { disputesOf, ownerOf } from "../payments/stripe-webhooks.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { isHandled, markHandled } from "../store/webhooks.ts";
import { db } from "./lib/db.ts";
import { environment } from "./lib/environment.ts";
import { measure } from "./lib/metrics.ts";
import { pacedConsumer } from "./lib/paced-consumer.ts";
import { PoisonMessage, sqs } from "./lib/queue-consumer.ts";
import { type Paid, recordDispute, recordRefund } from "./lib/record-payment.ts";
import { LATE_RECEIVES } from "./lib/redelivery.ts";
import { stripe } from "./lib/stripe.ts";

const webhook = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ eventId: v.string(), type: v.string(), intentId: v.string() }),
);

type Webhook = v.InferOutput<typeof webhook> & { correlationId: string };

/**
 * Handles Stripe's reports, each once: reads the payment as it is at Stripe now, so that it doesn't matter in which order they come, and
 * records what is new. That an intent succeeded, failed or was canceled is for the payment queue, if the order waits for its customer:
 * otherwise, whoever charges or voids it learns of it.
 */
export const handler = pacedConsumer({ read, work });

function read(body: string): Webhook {
  const result = v.safeParse(webhook, body);
  if (!result.success) throw new PoisonMessage("The message is not a report of Stripe's.");
  return { ...result.output, correlationId: result.output.eventId };
}

async function work({ eventId, type, intentId, correlationId }: Webhook, receives: number) {
  if (await isHandled(db, eventId)) return { outcome: "handled before" };
  const client = await stripe();
  const { orderId, stack } = await mapErrors(ownerOf(client, intentId));
  const own = environment("STACK");
  if (orderId === undefined || (stack !== undefined && stack !== own)) return { outcome: "of another stack" };

  const paid = await paidOrder(orderId, intentId);
  if (!paid) {
    // The order's record may be written in a moment.
    if (receives < LATE_RECEIVES) throw new Failure("Busy", `There is no order with the payment ${intentId} yet.`);
    measure({ PaymentsUnknown: 1 }, { correlationId });
    if (stack === own) throw new PoisonMessage(`There is no order with the payment ${intentId}.`);
    return { outcome: "of no order", intentId };
  }
  if (type.startsWith("payment_intent.")) {
    if (awaitingOf(paid.payment)) await settle(orderId, correlationId);
  } else if (type.startsWith("charge.dispute.")) {
    for (const dispute of await mapErrors(disputesOf(client, intentId, paid.order.currency)))
      await recordDispute(paid, correlationId, dispute);
  } else {
    const { currency } = paid.order;
    const refunds = await stripeGateway(client, { stack: own }).refunds({ providerId: intentId, currency });
    for (const refund of refunds) await recordRefund(paid, correlationId, refund, "webhook");
  }
  await markHandled(db, eventId);
  return { outcome: "handled", orderId };
}

/** The order, if the payment is recorded with it. */
async function paidOrder(orderId: string, intentId: string): Promise<Paid | undefined> {
  try {
    const { order, payment } = await readFulfilment(db, orderId);
    return payment?.providerId === intentId ? { order, payment } : undefined;
  } catch (error) {
    if (error instanceof Failure && error.name === "OrderNotFound") return undefined;
    throw error;
  }
}

async function settle(orderId: string, correlationId: string): Promise<void> {
  const message = { step: "settle-payment", input: { orderId, correlationId } };
  const send = { QueueUrl: environment("PAYMENT_QUEUE_URL"), MessageBody: JSON.stringify(message) };
  await sqs.send(new SendMessageCommand(send));
}
