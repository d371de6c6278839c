import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { resume } from "../../store/attention.ts";
import { placeDirectly, requestCancel, stockProducts, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import type { StoredItem } from "../support/table.ts";
import { runSteps, runWorkflow, runWorkflowLate, stepError } from "../support/workflow.ts";

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

/** What becomes of orders that could not be settled for a day, and of what no machine can settle. */
describe("An order's deadline", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  /** Lets a day and an hour pass. */
  async function dayPasses(orderId: string): Promise<void> {
    const items = await table().partition(`ORDER#${orderId}`);
    const order = items.find(({ sk }) => sk === "ORDER") as StoredItem;
    await table().put({
      ...order,
      createdAt: ago(25),
      ...(order.cancelRequestedAt ? { cancelRequestedAt: ago(25) } : {}),
    });
    stripe.double.dayPasses();
  }

  async function statusOf(orderId: string) {
    const { order, payment } = await table().records(orderId);
    return [order.status, order.failureReason, order.attention?.reason, payment?.status];
  }

  async function begun(paymentMethod?: string): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 }, paymentMethod);
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    return orderId;
  }

  for (const paymentMethod of ["pm_card_visa", "pm_simulated_error_always"]) {
    it(`ends it UNAVAILABLE if ${paymentMethod} was not charged, and frees its stock`, async () => {
      stripe.configure("simulated");
      const stock = await table().stockOf("PLENTY");
      const orderId = await begun(paymentMethod);
      if (paymentMethod !== "pm_card_visa") await stepError(orderId, "ChargePayment");

      await dayPasses(orderId);
      await runWorkflow({ orderId });

      expect(await statusOf(orderId)).to.deep.equal(["FAILED", "UNAVAILABLE", undefined, "VOIDED"]);
      expect((await table().records(orderId)).charge.charges).to.equal(0);
      expect(await table().stockOf("PLENTY")).to.equal(stock);
    });
  }

  it("ends it UNAVAILABLE even if nothing was ever begun", async () => {
    stripe.configure("simulated");
    const orderId = await placeDirectly({ PLENTY: 2 });

    await dayPasses(orderId);
    await runWorkflow({ orderId });

    expect(await statusOf(orderId)).to.deep.equal(["FAILED", "UNAVAILABLE", undefined, "VOIDED"]);
  });

  it("lets it go on if it was charged, even if only the provider knows", async () => {
    stripe.configure("simulated");
    const charged = await begun();
    await runSteps(charged, "ChargePayment");
    const unheard = await begun("pm_simulated_timeout_after_charge");
    expect(await stepError(unheard, "ChargePayment")).to.equal("GatewayError");

    for (const orderId of [charged, unheard]) {
      await dayPasses(orderId);
      await runWorkflow({ orderId });

      expect(await statusOf(orderId)).to.deep.equal(["COMPLETED", undefined, undefined, "CHARGED"]);
      expect((await table().records(orderId)).charge).to.include({ charges: 1, refunds: 0 });
    }
  });

  describe("while the provider is silent", () => {
    /** An order that Stripe has charged without telling us, a day later. */
    async function unknown(): Promise<string> {
      stripe.configure("stripe");
      const orderId = await begun();
      stripe.double.beforeResponse = (request) => {
        if (request.endsWith("/confirm")) throw new Error("The response is lost.");
      };
      expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");
      await dayPasses(orderId);
      stripe.double.beforeResponse = () => {
        throw new Error("Stripe is down.");
      };
      return orderId;
    }

    it("does not park it before most of an hour of tries", async () => {
      const orderId = await unknown();

      const error = await stepError(orderId, "RefundPayment", "UNAVAILABLE");
      const before = await statusOf(orderId);
      stripe.double.beforeResponse = () => undefined;
      await runWorkflow({ orderId });

      expect(error).to.equal("GatewayError");
      expect(before).to.deep.equal(["PROCESSING", undefined, undefined, "CHARGING"]);
      expect(await statusOf(orderId)).to.deep.equal(["COMPLETED", undefined, undefined, "CHARGED"]);
    });

    it("never parks it while the provider only refuses for its rate limit", async () => {
      const orderId = await unknown();
      stripe.double.beforeResponse = () => undefined;
      stripe.double.isBusy = true;

      const error = await runWorkflowLate(orderId).catch(({ name }: Error) => name);
      const before = await statusOf(orderId);
      stripe.double.isBusy = false;
      await runWorkflow({ orderId });

      expect(error).to.equal("Busy");
      expect(before).to.deep.equal(["PROCESSING", undefined, undefined, "CHARGING"]);
      expect(await statusOf(orderId)).to.deep.equal(["COMPLETED", undefined, undefined, "CHARGED"]);
    });

    it("parks it after that: nothing works on it, and nothing is undone", async () => {
      const orderId = await unknown();

      const ends = [await runWorkflowLate(orderId), await runWorkflow({ orderId })];

      expect(ends).to.deep.equal(["NothingToDo", "NothingToDo"]);
      expect(await statusOf(orderId)).to.deep.equal(["PROCESSING", undefined, "CHARGE_UNKNOWN", "CHARGING"]);
      expect((await table().records(orderId)).order.openShard).to.match(/^PARKED#[01]$/);
    });

    it("and once it responds, a resumed order goes on", async () => {
      const orderId = await unknown();
      await runWorkflowLate(orderId);
      stripe.double.beforeResponse = () => undefined;

      const resumed = [await resume(db, orderId), await resume(db, orderId)];
      await runWorkflow({ orderId });

      expect(resumed).to.deep.equal([true, false]);
      expect(await statusOf(orderId)).to.deep.equal(["COMPLETED", undefined, undefined, "CHARGED"]);
      expect(stripe.double).to.include({ charges: 1, refunds: 0 });
    });

    it("and once it responds, a cancelled order is refunded", async () => {
      const orderId = await unknown();
      await runWorkflowLate(orderId);
      stripe.double.beforeResponse = () => undefined;

      await requestCancel(orderId);
      await runWorkflow({ orderId });

      expect(await statusOf(orderId)).to.deep.equal(["CANCELLED", undefined, undefined, "VOIDED"]);
      expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    });

    it("is the cancellation's own for a cancelled order", async () => {
      stripe.configure("stripe");
      const orderId = await placeDirectly({ PLENTY: 2 });
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      stripe.double.beforeResponse = () => {
        throw new Error("Stripe is down.");
      };

      const early = await runWorkflowLate(orderId).catch(({ name }: Error) => name);
      const before = await statusOf(orderId);
      await dayPasses(orderId);
      await runWorkflowLate(orderId);

      expect(early).to.equal("GatewayError");
      expect(before).to.deep.equal(["COMPLETED", undefined, undefined, "VOIDING"]);
      expect(await statusOf(orderId)).to.deep.equal(["COMPLETED", undefined, "CHARGE_UNKNOWN", "VOIDING"]);
    });
  });

  describe("is of no use to a refund that is refused for good, which", () => {
    it("parks the order, with its stock, until the cause is gone and it is resumed", async () => {
      stripe.configure("stripe");
      const orderId = await placeDirectly({ PLENTY: 2 });
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      stripe.double.refundRefusal = "failed";

      const ends = [await runWorkflow({ orderId }), await runWorkflow({ orderId })];
      const parked = await table().records(orderId);
      stripe.double.refundRefusal = undefined;
      await resume(db, orderId);
      await runWorkflow({ orderId });

      expect(ends).to.deep.equal(["NothingToDo", "NothingToDo"]);
      expect(parked.order.attention?.reason).to.equal("REFUND_REFUSED");
      expect([parked.order.status, parked.reservation?.status]).to.deep.equal(["COMPLETED", "RESERVED"]);
      const { order, payment } = await table().records(orderId);
      expect([order.status, payment?.status, order.attention]).to.deep.equal(["CANCELLED", "VOIDED", undefined]);
      expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    });

    it("can be tried out with the simulated provider", async () => {
      stripe.configure("simulated");
      const orderId = await placeDirectly({ PLENTY: 2 }, "pm_simulated_refund_refused");
      await runWorkflow({ orderId });
      await requestCancel(orderId);

      await runWorkflow({ orderId });

      const { order, charge } = await table().records(orderId);
      expect(order.attention?.reason).to.equal("REFUND_REFUSED");
      expect(charge).to.include({ charges: 1, refunds: 0 });
    });
  });
});
