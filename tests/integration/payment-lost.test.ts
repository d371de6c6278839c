import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { MAX_REQUESTS } from "../../payments/port.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { beginVoid } from "../../store/payments.ts";
import { placeDirectly, requestCancel, stockProducts, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import type { StoredItem } from "../support/table.ts";
import { runSteps, runWorkflow, stepError, stepOutcome, undo } from "../support/workflow.ts";

/** Older than Stripe remembers, but before the deadline. */
const LONG_AGO = { createdAt: new Date(Date.now() - 23.5 * 3_600_000).toISOString() };
const CARD = { payment_method: "pm_card_visa" };
const RESTORED = { restoredAt: "2026-01-31T12:00:00.000Z" };

/** Orders restored to a state before their charge: the gateway knows more than the table. */
describe("A payment whose record was lost", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  beforeEach(() => stripe.configure("stripe"));

  const itemsOf = (orderId: string) => table().partition(`ORDER#${orderId}`);

  /** Charges an order, and then restores its items from before. */
  async function chargeAndLose(backup: "before the charge" | "during the charge", mark: object): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    if (backup === "during the charge") {
      stripe.double.beforeResponse = () => {
        throw new Error("The response is lost.");
      };
      expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");
      stripe.double.beforeResponse = () => undefined;
    }
    const saved = await itemsOf(orderId);
    await runSteps(orderId, "ChargePayment", "CompleteOrder");
    await restore(orderId, saved, mark);
    return orderId;
  }

  for (const backup of ["before the charge", "during the charge"] as const) {
    it(`is not charged again, with a backup from ${backup}, after Stripe forgot the idempotency key`, async () => {
      const orderId = await chargeAndLose(backup, LONG_AGO);
      stripe.double.dayPasses();

      await runWorkflow({ orderId });

      const { order, payment } = await table().records(orderId);
      expect(order.status).to.equal("COMPLETED");
      expect(payment).to.include({ status: "CHARGED", providerId: "pi_1" });
      expect(stripe.double.charges).to.equal(1);
    });

    for (const mark of [LONG_AGO, RESTORED]) {
      it(`is refunded if the order is cancelled, with a backup from ${backup} and ${Object.keys(mark)}`, async () => {
        const orderId = await chargeAndLose(backup, mark);
        stripe.double.minutePasses();
        await requestCancel(orderId);

        await runWorkflow({ orderId });

        const { order, payment } = await table().records(orderId);
        expect(order.status).to.equal("CANCELLED");
        expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
        expect(stripe.double).to.include({ charges: 1, refunds: 1 });
      });
    }
  }

  for (const gateway of ["stripe", "simulated"] as const) {
    it(`fails the order if ${gateway} has refunded it since`, async () => {
      stripe.configure(gateway);
      const orderId = await placeDirectly({ PLENTY: 2 });
      const saved = await itemsOf(orderId);
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      await runWorkflow({ orderId });
      await restore(orderId, saved, RESTORED);
      stripe.double.dayPasses();

      await runWorkflow({ orderId });

      const { order, payment, charge } = await table().records(orderId);
      expect(order.status).to.equal("FAILED");
      expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
      expect([stripe.double.charges + charge.charges, stripe.double.refunds + charge.refunds]).to.deep.equal([1, 1]);
    });
  }

  it("is refunded by the simulated gateway, too", async () => {
    stripe.configure("simulated");
    const orderId = await chargeAndLose("before the charge", RESTORED);
    await requestCancel(orderId);

    await runWorkflow({ orderId });

    const { payment, charge } = await table().records(orderId);
    expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
    expect(charge).to.include({ charges: 1, refunds: 1 });
  });

  it("is not searched for at Stripe if the payment was never started and nothing can be lost", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await requestCancel(orderId);

    await runWorkflow({ orderId });

    expect((await table().records(orderId)).order.status).to.equal("CANCELLED");
    expect(stripe.double.requests).to.deep.equal([]);
  });

  it("is searched for once when the order ends UNAVAILABLE", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    await restore(orderId, await itemsOf(orderId), RESTORED);

    await undo(orderId, "UNAVAILABLE");

    expect((await table().records(orderId)).payment?.status).to.equal("VOIDED");
    expect(stripe.double.requests).to.deep.equal(["GET /v1/payment_intents/search"]);
  });

  it("takes no more requests than the function's time-out allows for, whatever happens meanwhile", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    await restore(orderId, await itemsOf(orderId), LONG_AGO);
    const { double } = stripe;
    double.errors = 1;
    expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");
    const before = double.requests.length;
    // Another execution confirms the new payment first, and then the customer cancels the order.
    double.beforeResponse = async () => {
      const requests = double.requests.slice(before);
      if (requests.length === 3) await double.client().paymentIntents.confirm("pi_2", CARD);
      if (requests.length === 6) await beginVoid(db, (await readFulfilment(db, orderId)).order, undefined);
    };

    const outcome = await stepOutcome(orderId, "ChargePayment");

    expect(outcome).to.equal("STOPPED");
    expect(double).to.include({ charges: 1, refunds: 1 });
    // The other execution's own request apart.
    expect(double.requests.length - before - 1).to.equal(MAX_REQUESTS);
  });

  async function restore(orderId: string, saved: StoredItem[], mark: object): Promise<void> {
    for (const item of await itemsOf(orderId)) await table().delete(item);
    for (const item of saved) await table().put({ ...item, ...mark });
  }
});
