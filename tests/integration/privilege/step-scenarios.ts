import { expect } from "chai";
import type { PaymentRecord } from "../../../domain/payment.ts";
import { ledgerOf } from "../../../domain/payment-ledger.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler as refundOrder } from "../../../handlers/refund-order.ts";
import { readFulfilment } from "../../../store/fulfilment.ts";
import { beginCharge, keepProviderId } from "../../../store/payments.ts";
import { placeDirectly, requestCancel, stockProducts } from "../../support/in-process.ts";
import type { STEPS } from "../../support/workflow.ts";
import { runSteps, undo } from "../../support/workflow.ts";
import { postpones, rejects } from "./event-scenarios.ts";
import type { Context, Scenario, Scenarios } from "./scenario.ts";

/** A scenario in which the step returns an outcome, after other steps have run. */
function after(steps: (keyof typeof STEPS)[], outcome: string): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...steps);
    expect(await call({ orderId, correlationId: id })).to.include({ outcome });
  };
}

/** Everything that the workflow's steps do. */
export const STEP_SCENARIOS: Scenarios = {
  "begin-order": {
    "begins a new order": after([], "BEGUN"),
    "finds an order that has begun": after(["BeginOrder"], "SEEN"),
  },
  "reserve-stock": {
    "reserves stock": after(["BeginOrder"], "RESERVED"),
    "finds it reserved": after(["BeginOrder", "ReserveStock"], "RESERVED"),
    "finds it sold out": async ({ call, id, table }) => {
      await stockProducts({ RARE: 1 });
      const orderId = await placeDirectly({ RARE: 1 });
      await runSteps(orderId, "BeginOrder");
      await table.sellOut("RARE");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "OUT_OF_STOCK" });
    },
  },
  "process-payments": {
    charges: pays("charge-payment", ["BeginOrder", "ReserveStock"], "CHARGED"),
    "finds it charged": pays("charge-payment", ["BeginOrder", "ReserveStock", "ChargePayment"], "CHARGED"),
    "refunds a charge": pays("refund-payment", ["BeginOrder", "ReserveStock", "ChargePayment"], "VOIDED"),
    "voids a payment that was not charged": pays("refund-payment", ["BeginOrder"], "VOIDED"),
    "parks an order whose refund is refused for good": async (context) => {
      const orderId = await placeDirectly({ PLENTY: 1 }, "pm_simulated_refund_refused");
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment");
      await requestCancel(orderId);
      expect(await process(context, "refund-payment", orderId)).to.deep.equal([]);
      expect((await context.table.records(orderId)).order.attention?.reason).to.equal("REFUND_REFUSED");
    },
    "refunds a part": refundsPart,
    "postpones a charge that fails": async (context) => {
      const orderId = await placeDirectly({ PLENTY: 1 }, "pm_simulated_error_always");
      await runSteps(orderId, "BeginOrder", "ReserveStock");
      const body = JSON.stringify(message("charge-payment", orderId, context.id));
      await postpones(context, context.stack.output("paymentQueueUrl"), body);
    },
    "rejects messages that can never succeed": rejects,
    "tells the workflow of a message that can never succeed": tellsTheWorkflow,
  },
  "complete-order": {
    completes: after(["BeginOrder", "ReserveStock", "ChargePayment"], "COMPLETED"),
  },
  "release-stock": {
    "releases reserved stock": cancelled(["BeginOrder", "ReserveStock"], "RELEASED", "RefundPayment"),
    "prevents a later reservation": cancelled(["BeginOrder"], "NOTHING_RESERVED", "RefundPayment"),
  },
  "end-order": {
    "fails an order": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder");
      await undo(orderId, "PAYMENT_DECLINED", "ReleaseStock");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "FAILED" });
    },
    "cancels an order": cancelled([], "CANCELLED", "RefundPayment", "ReleaseStock"),
  },
};

/** A scenario in which the step returns an outcome, after an order was cancelled between other steps. */
function cancelled(before: (keyof typeof STEPS)[], outcome: string, ...afterwards: (keyof typeof STEPS)[]): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...before);
    await requestCancel(orderId);
    await runSteps(orderId, ...afterwards);
    expect(await call({ orderId, correlationId: id })).to.include({ outcome });
  };
}

type PaymentStep = "charge-payment" | "refund-payment";

/** A scenario in which the payment is charged or, after a cancellation, refunded. */
function pays(step: PaymentStep, before: (keyof typeof STEPS)[], status: PaymentRecord["status"]): Scenario {
  return async (context) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...before);
    if (step === "refund-payment") await requestCancel(orderId);
    expect(await process(context, step, orderId)).to.deep.equal([]);
    expect((await context.table.records(orderId)).payment?.status).to.equal(status);
  };
}

/** Delivers the event of a refund that the back office asked for. */
async function refundsPart({ call, id, table }: Context): Promise<void> {
  const orderId = await placeDirectly({ PLENTY: 1 });
  await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
  const body = { amount: 1, reason: "Scratched" };
  await refundOrder({ pathParameters: { orderId }, headers: { "Idempotency-Key": id, "X-Correlation-Id": id }, body });
  const event = (await table.records(orderId)).events.at(-1);
  const record = { messageId: id, body: JSON.stringify(event), messageAttributes: {} };
  expect(await call({ Records: [record] })).to.deep.equal({ batchItemFailures: [] });
  expect(ledgerOf((await table.records(orderId)).payment).refundedMinor).to.equal(100);
}

/** Delivers a message as the payment queue does. No execution waits for it. @returns The messages to retry. */
async function process({ call, id }: Context, step: PaymentStep, orderId: string): Promise<object[]> {
  const record = { messageId: id, body: JSON.stringify(message(step, orderId, id)), messageAttributes: {} };
  return (await call({ Records: [record] })).batchItemFailures;
}

function message(step: PaymentStep, orderId: string, correlationId: string) {
  return { step, taskToken: "none", input: { orderId, correlationId } };
}

/** Delivers a message that can never succeed, but names a task. No execution waits for it. */
async function tellsTheWorkflow({ call, id }: Context): Promise<void> {
  const body = JSON.stringify({ step: "none", taskToken: "none", input: {} });
  const { batchItemFailures } = await call({ Records: [{ messageId: id, body, messageAttributes: {} }] });
  expect(batchItemFailures).to.deep.equal([]);
}

/** A scenario in which the payment fails for want of a usable key. */
function callsStripe(
  step: PaymentStep,
  steps: (keyof typeof STEPS)[],
  prepare: (orderId: string) => Promise<void> = async () => {},
): Scenario {
  return async (context) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...steps);
    await prepare(orderId);
    const failed = await process(context, step, orderId);
    expect(failed).to.deep.equal([{ itemIdentifier: context.id }]);
    if (!(await context.logs()).includes("Stripe responded with an error")) throw new Error("Stripe was not called.");
  };
}

/** A key that can't be sent in a header, so that Stripe's client fails before any request leaves this machine. */
export const USELESS_STRIPE_KEY = "sk_test_\n";

/** What the payment steps do with Stripe, up to Stripe's client. */
export const STRIPE_SCENARIOS: Scenarios = {
  "process-payments": {
    "refunds a part": refundsPart,
    "calls Stripe to charge": callsStripe("charge-payment", ["BeginOrder", "ReserveStock"]),
    "calls Stripe to refund": callsStripe("refund-payment", ["BeginOrder", "ReserveStock"], async (orderId) => {
      const { order } = await readFulfilment(db, orderId);
      await beginCharge(db, order, "stripe");
      await keepProviderId(db, orderId, "pi_1");
      await requestCancel(orderId);
    }),
    "postpones a charge that fails": STEP_SCENARIOS["process-payments"]?.["postpones a charge that fails"] as Scenario,
    "rejects messages that can never succeed": rejects,
    "tells the workflow of a message that can never succeed": tellsTheWorkflow,
    "finds it charged": pays("charge-payment", ["BeginOrder", "ReserveStock", "ChargePayment"], "CHARGED"),
  },
};
