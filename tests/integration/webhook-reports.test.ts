import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { after, before, beforeEach, describe, it } from "mocha";
import { ledgerOf } from "../../domain/payment-ledger.ts";
import { db } from "../../handlers/lib/db.ts";
import { LATE_RECEIVES } from "../../handlers/lib/redelivery.ts";
import { handler } from "../../handlers/process-webhooks.ts";
import { park } from "../../store/attention.ts";
import { getOrder, type StoredOrder } from "../../store/orders.ts";
import {
  placeAtStorefront,
  placeDirectly,
  requestCancel,
  stockProducts,
  useLocalTable,
} from "../support/in-process.ts";
import { metricsIn, useCapturedLogs } from "../support/logs.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { runWorkflow } from "../support/workflow.ts";

const REFUNDED = ["charge.refunded", "refund.created", "refund.updated", "refund.failed"];
const DISPUTED = ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"];

describe("What Stripe reports", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();
  const queue = mockClient(SQSClient);
  const printed = useCapturedLogs();
  let events = 0;

  before(() => {
    const queues = { QUEUE_URL: "reports", PAYMENT_QUEUE_URL: "payments", DEAD_LETTER_QUEUE_URL: "dead" };
    Object.assign(process.env, queues, { MESSAGE_INTERVAL_MS: "1", BACKLOG_SECONDS: "0" });
  });

  beforeEach(async () => {
    queue.reset();
    queue.onAnyCommand().resolves({});
    stripe.configure("stripe");
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  after(() => queue.restore());

  /** Delivers a report as its queue does. @returns Whether it comes again. */
  async function report(type: string, intentId = "pi_1", eventId = `evt_${++events}`, receives = 1): Promise<boolean> {
    const record = {
      messageId: "m1",
      receiptHandle: "r1",
      body: JSON.stringify({ eventId, type, intentId }),
      attributes: { ApproximateReceiveCount: String(receives) },
      messageAttributes: {},
    };
    const { batchItemFailures } = await handler({ Records: [record] } as never);
    return batchItemFailures.length > 0;
  }

  const sentTo = (url: string) =>
    queue
      .commandCalls(SendMessageCommand)
      .flatMap(({ args: [{ input }] }) => (input.QueueUrl === url ? JSON.parse(input.MessageBody ?? "") : []));

  async function completed(): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 3 });
    await runWorkflow({ orderId });
    return orderId;
  }

  async function read(orderId: string) {
    const { order, payment, events } = await table().records(orderId);
    const told = events.filter(({ type }) => type === "OrderRefunded").map(({ refund }) => refund?.amount);
    return { order, ledger: ledgerOf(payment), told };
  }

  it("of a refund in its dashboard is recorded once, and the customer hears of it, whatever reports it and how often", async () => {
    const orderId = await completed();
    stripe.double.moneyBack.add("pi_1", 500, "succeeded");

    for (const type of [...REFUNDED, ...REFUNDED]) expect(await report(type)).to.equal(false);

    const { ledger, told } = await read(orderId);
    expect(ledger).to.include({ refundedMinor: 500, chargedMinor: 3_000 });
    expect(told).to.deep.equal([5]);
  });

  it("of a refund that the bank sends back is not paid back any more, and leaves the order to a person", async () => {
    const orderId = await completed();
    const { id } = stripe.double.moneyBack.add("pi_1", 500, "succeeded");
    await report("refund.created");

    stripe.double.moneyBack.fail(id);
    await report("refund.failed");
    // An old one comes late.
    await report("refund.created");

    const { order, ledger } = await read(orderId);
    expect(ledger).to.include({ refundedMinor: 0, pendingMinor: 0 });
    expect(order.attention?.reason).to.equal("REFUND_REFUSED");
  });

  it("of a cancelled order's refund that the bank sends back leaves the order to a person, and cancelled", async () => {
    const orderId = await completed();
    await requestCancel(orderId);
    await runWorkflow({ orderId });

    stripe.double.moneyBack.fail("re_1");
    await report("refund.failed");

    const { order, ledger } = await read(orderId);
    expect(order.status).to.equal("CANCELLED");
    expect(order.attention?.reason).to.equal("REFUND_REFUSED");
    expect(ledger.refundedMinor).to.equal(0);
  });

  for (const [status, disputedMinor] of [
    ["won", 0],
    ["lost", 3_000],
  ] as const) {
    it(`of a dispute that opens and is ${status} is in the ledger, and revives no order`, async () => {
      const orderId = await completed();

      stripe.double.moneyBack.dispute("pi_1", 3_000, "needs_response");
      await report("charge.dispute.created");
      const opened = await read(orderId);
      stripe.double.moneyBack.dispute("pi_1", 3_000, status);
      for (const type of DISPUTED.toReversed()) await report(type);

      const { order, ledger } = await read(orderId);
      expect(opened.ledger.disputedMinor).to.equal(3_000);
      expect(opened.order.attention?.reason).to.equal("DISPUTED");
      expect(ledger.disputedMinor).to.equal(disputedMinor);
      expect(order.status).to.equal("COMPLETED");
    });
  }

  it("of an intent goes to the payment queue if the order waits for its customer, to be looked at again", async () => {
    await completed();
    const { orderId } = await placeAtStorefront({ PLENTY: 1 }, "pm_card_authenticationRequired");
    await runWorkflow({ orderId });

    for (const intent of ["pi_1", "pi_2"])
      for (const what of ["succeeded", "payment_failed", "canceled"]) await report(`payment_intent.${what}`, intent);

    expect(sentTo("payments").map(({ step, input }) => [step, input.orderId])).to.deep.equal(
      Array(3).fill(["settle-payment", orderId]),
    );
  });

  it("of a dispute that is won after the order was cancelled leaves the order to a person, who pays the customer back", async () => {
    const orderId = await completed();
    stripe.double.isDisputed = true;
    stripe.double.moneyBack.dispute("pi_1", 3_000, "needs_response");
    await requestCancel(orderId);
    await runWorkflow({ orderId });
    const before = await read(orderId);

    stripe.double.moneyBack.dispute("pi_1", 3_000, "won");
    await report("charge.dispute.closed");

    const { order, ledger } = await read(orderId);
    expect([before.order.status, before.order.attention]).to.deep.equal(["CANCELLED", undefined]);
    expect([order.status, order.attention?.reason]).to.deep.equal(["CANCELLED", "DISPUTED"]);
    expect(ledger).to.include({ chargedMinor: 3_000, disputedMinor: 0, refundedMinor: 0 });
  });

  it("of a dispute is told rather than that the order's goods are missing", async () => {
    const orderId = await completed();
    await park(db, (await getOrder(db, orderId)) as StoredOrder, "SHORT");
    stripe.double.moneyBack.dispute("pi_1", 3_000, "needs_response");

    await report("charge.dispute.created");

    expect((await read(orderId)).order.attention?.reason).to.equal("DISPUTED");
  });

  it("is handled once for each event", async () => {
    const { orderId } = await placeAtStorefront({ PLENTY: 1 }, "pm_card_authenticationRequired");
    await runWorkflow({ orderId });

    for (let time = 1; time <= 2; time++) await report("payment_intent.succeeded", "pi_1", "evt_same");

    expect(sentTo("payments")).to.have.lengthOf(1);
  });

  it("of an order that isn't known yet comes again, and for good is left to a person", async () => {
    const orderId = await completed();
    const [order, ...rest] = await table().partition(`ORDER#${orderId}`);
    for (const item of rest.filter(({ sk }) => sk === "PAYMENT")) await table().delete(item);

    const early = await report("charge.refunded");
    const late = await report("charge.refunded", "pi_1", "evt_late", LATE_RECEIVES);

    expect(order).to.not.equal(undefined);
    expect([early, late]).to.deep.equal([true, false]);
    expect(sentTo("dead")).to.have.lengthOf(1);
    expect(metricsIn(printed()).PaymentsUnknown).to.equal(1);
  });

  it("of another stack's payment is none of ours", async () => {
    await completed();
    process.env.STACK = "orders/another";

    for (const type of [...REFUNDED, ...DISPUTED, "payment_intent.succeeded"])
      expect(await report(type)).to.equal(false);
    process.env.STACK = "orders/test";

    expect([...sentTo("dead"), ...sentTo("payments")]).to.deep.equal([]);
  });

  it("comes again when Stripe doesn't answer, and what is no report becomes a dead letter", async () => {
    await completed();
    stripe.double.isBusy = true;
    const busy = await report("charge.refunded");
    stripe.double.isBusy = false;
    const poison = await handler({ Records: [{ messageId: "m1", body: '"?"', messageAttributes: {} }] } as never);

    expect(busy).to.equal(true);
    expect(poison.batchItemFailures).to.deep.equal([]);
    expect(sentTo("dead")).to.deep.equal(["?"]);
  });

  it("gives the same ledger in whatever order it comes, and however often", async () => {
    const happening = fc.constantFrom("refund", "fail", "needs_response", "won", "lost");
    const types = fc.constantFrom(...REFUNDED, ...DISPUTED);
    const step = fc.record({ happening, reports: fc.array(types, { maxLength: 3 }) });
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const orderId = await completed();
      const { payment } = await table().records(orderId);
      const intentId = payment?.providerId ?? "";
      const { moneyBack } = stripe.double;
      let failed = 0;
      for (const { happening, reports } of steps) {
        if (happening === "refund") moneyBack.add(intentId, 100, "succeeded");
        else if (happening === "fail") failed += moneyBack.failLatest(intentId);
        else moneyBack.dispute(intentId, 3_000, happening);
        for (const type of reports) await reportUntilHandled(type, intentId);
      }
      // What was lost or late comes in the end, as Stripe tries again for three days.
      for (const type of [...DISPUTED, ...REFUNDED]) await reportUntilHandled(type, intentId);

      const { ledger } = await read(orderId);
      expect(ledger.refundedMinor).to.equal(moneyBack.refundedMinor(intentId));
      expect(ledger.refunds.filter(({ status }) => status === "FAILED")).to.have.lengthOf(failed);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  async function reportUntilHandled(type: string, intentId: string): Promise<void> {
    const eventId = `evt_${++events}`;
    while (await report(type, intentId, eventId));
  }
});
