import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { chunk } from "es-toolkit";
import { before, describe, it } from "mocha";
import Stripe from "stripe";
import { eventually } from "../support/eventually.ts";
import { setEventSource } from "../support/functions.ts";
import { drainQueue, messageCount } from "../support/queues.ts";
import { ordersJson } from "../support/run-cli.ts";
import { useLocalStack } from "../support/stack.ts";
import { useStripeDouble } from "../support/stripe-double.ts";

const SECRET = "whsec_current_0123456789abcdef0123456789";
const PREVIOUS = "whsec_previous_0123456789abcdef012345678";
const QUEUE = "webhooks-reports-messages";

/** An event as Stripe sends it. */
function eventOf(type = "charge.refunded", object: object = { id: "ch_1", object: "charge", payment_intent: "pi_1" }) {
  return JSON.stringify({ id: `evt_${randomUUID()}`, object: "event", type, data: { object } });
}

function secondsAgo(seconds: number): number {
  return Math.floor(Date.now() / 1_000) - seconds;
}

function sign(payload: string, secret = SECRET, ageSeconds = 0): string {
  const timestamp = Math.floor(Date.now() / 1_000) - ageSeconds;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

describe("POST /webhooks/stripe", () => {
  const stack = useLocalStack({
    stripeSecretKey: "sk_test_1",
    stripeWebhookSecret: SECRET,
    previousStripeWebhookSecret: PREVIOUS,
  });

  const stripe = useStripeDouble();

  before("keep the reports in their queue", () => setEventSource("process-webhooks", false, stack()));

  const post = (body: string, signature?: string) =>
    fetch(stack().output("webhookUrl"), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(signature !== undefined && { "Stripe-Signature": signature }),
      },
      body,
    });

  const waiting = () => messageCount(stack().output("webhookQueueUrl"), stack());

  it("queues what Stripe signed, without a key, also with the secret that is being replaced", async () => {
    const [current, previous] = [
      eventOf(),
      eventOf("payment_intent.succeeded", { id: "pi_2", object: "payment_intent" }),
    ];

    const statuses = [await post(current, sign(current)), await post(previous, sign(previous, PREVIOUS))].map(
      ({ status }) => status,
    );

    expect(statuses).to.deep.equal([200, 200]);
    const messages = (await drainQueue(QUEUE, stack())).map(({ Body = "" }) => JSON.parse(Body));
    expect(messages).to.have.deep.members([
      { eventId: JSON.parse(current).id, type: "charge.refunded", intentId: "pi_1" },
      { eventId: JSON.parse(previous).id, type: "payment_intent.succeeded", intentId: "pi_2" },
    ]);
  });

  it("answers what we didn't ask for, and queues nothing", async () => {
    const others = [
      eventOf("customer.created", { id: "cus_1", object: "customer" }),
      eventOf("charge.refunded", { id: "ch_1", object: "charge", payment_intent: null }),
    ];

    for (const other of others) expect((await post(other, sign(other))).status).to.equal(200);

    expect(await waiting()).to.equal(0);
  });

  it("refuses what is forged, old, changed or huge, and queues nothing", async () => {
    const event = eventOf();
    const huge = eventOf("charge.refunded", { id: "x".repeat(300 * 1_024), object: "charge", payment_intent: "pi_1" });
    const refused: [number, string, string | undefined][] = [
      [400, event, undefined],
      [400, event, "nonsense"],
      [400, event, sign(event, "whsec_of_somebody_else_0123456789abcdef")],
      [400, event, sign(event, SECRET, 600)],
      [400, event.replace("pi_1", "pi_9"), sign(event)],
      [400, "", sign("")],
      [413, huge, sign(huge)],
    ];

    for (const [expected, body, signature] of refused) {
      const { status, headers } = await post(body, signature);
      expect([status, headers.get("content-type")], signature).to.deep.equal([expected, "application/problem+json"]);
    }
    expect(await waiting()).to.equal(0);
  });

  it("is made up for by payments replay if Stripe could not deliver", async () => {
    const event = (type: string, created: number, object: object) =>
      ({ ...JSON.parse(eventOf(type, object)), created: secondsAgo(created) }) as Stripe.Event;
    const dispute = event("charge.dispute.created", 60, { id: "dp_1", object: "dispute", payment_intent: "pi_2" });
    const refund = event("charge.refunded", 120, { id: "ch_1", object: "charge", payment_intent: "pi_1" });
    const inquiry = event("radar.early_fraud_warning.created", 180, { id: "issfr_1", payment_intent: "pi_1" });
    const old = event("charge.refunded", 7_200, { id: "ch_1", object: "charge", payment_intent: "pi_1" });
    stripe.double.undelivered.push(dispute, refund, inquiry, old);

    const replayed = await ordersJson<object[]>(stack(), ["payments", "replay", "--since", "1h"]);

    const expected = [
      { eventId: refund.id, type: "charge.refunded", intentId: "pi_1" },
      { eventId: dispute.id, type: "charge.dispute.created", intentId: "pi_2" },
    ];
    expect(replayed).to.have.deep.members(expected);
    expect((await drainQueue(QUEUE, stack())).map(({ Body = "" }) => JSON.parse(Body))).to.have.deep.members(expected);
  });

  it("is no route of the back office", async () => {
    const { url } = stack().backOffice;
    const event = eventOf();

    const { status } = await fetch(`${url}/webhooks/stripe`, {
      method: "POST",
      headers: { "Stripe-Signature": sign(event) },
      body: event,
    });

    expect(status).to.equal(404);
  });

  it("queues each of a thousand reports", async () => {
    const events = Array.from({ length: 1_000 }, () => eventOf());

    for (const some of chunk(events, 20)) {
      const responses = await Promise.all(some.map((event) => post(event, sign(event))));
      for (const { status } of responses) expect(status).to.equal(200);
    }

    await eventually(async () => expect(await waiting()).to.equal(events.length));
  });
});
