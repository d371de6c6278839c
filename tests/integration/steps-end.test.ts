import { expect } from "chai";
import { reasonSentence } from "../../domain/failure-reasons.ts";
import { db } from "../../handlers/lib/db.ts";
import { simulatedGateway } from "../../payments/simulated.ts";
import { changeOrder } from "../../store/change-order.ts";
import { placeDirectly, requestCancel, ship, stockProducts, useLocalTable } from "../support/in-process.ts";
import { interruptAtCall, runSteps, runWorkflow, stepError, stepOutcome, undo } from "../support/workflow.ts";

/** Completion, compensation, and late calls. */
describe("The workflow's last steps", () => {
  const table = useLocalTable();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  describe("complete-order", () => {
    it("completes an order once, and changes nothing when it runs late", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      await ship(orderId);

      await runSteps(orderId, "CompleteOrder");

      const { order, events } = await table().records(orderId);
      expect(order.history.map(({ status }) => status)).to.deep.equal([
        "PENDING",
        "PROCESSING",
        "COMPLETED",
        "SHIPPED",
      ]);
      expect(events.map(({ type }) => type)).to.deep.equal([
        "OrderPlaced",
        "OrderProcessing",
        "OrderCompleted",
        "OrderShipped",
      ]);
      expect(order).not.to.have.property("openShard");
    });

    it("stops for a cancelled order, one that is being undone, and one that is not charged", async () => {
      const [cancelled, undone] = [await placeDirectly({ PLENTY: 1 }), await placeDirectly({ PLENTY: 1 })];
      await runSteps(cancelled, "BeginOrder", "ReserveStock", "ChargePayment");
      await requestCancel(cancelled);
      await runSteps(undone, "BeginOrder", "ReserveStock");
      await undo(undone, "PAYMENT_DECLINED");
      const unpaid = await placeDirectly({ PLENTY: 1 });
      await runSteps(unpaid, "BeginOrder", "ReserveStock");

      for (const orderId of [cancelled, undone, unpaid])
        expect(await stepOutcome(orderId, "CompleteOrder")).to.equal("STOPPED");
    });
  });

  describe("refund-payment, release-stock and end-order", () => {
    it("don't undo a completed order, even if it is cancelled between them", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runWorkflow({ orderId });

      await runSteps(orderId, "RefundPayment");
      await requestCancel(orderId);
      await runSteps(orderId, "ReleaseStock");
      expect(await stepError(orderId, "EndOrder")).to.equal("Busy");

      const { order, payment, reservation, charge } = await table().records(orderId);
      expect([order.status, payment?.status, reservation?.status]).to.deep.equal(["COMPLETED", "CHARGED", "RESERVED"]);
      expect(charge.refunds).to.equal(0);
    });

    it("undo a cancelled order once", async () => {
      const stock = await table().stockOf("PLENTY");
      const orderId = await placeDirectly({ PLENTY: 2 });
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      expect((await table().records(orderId)).order.openShard).to.match(/^OPEN#[01]$/);

      await Promise.all([runWorkflow({ orderId }), runWorkflow({ orderId })]);
      await runWorkflow({ orderId });

      const { order, payment, charge } = await table().records(orderId);
      expect(order.history.map(({ status }) => status)).to.deep.equal([
        "PENDING",
        "PROCESSING",
        "COMPLETED",
        "CANCELLED",
      ]);
      expect(order).not.to.have.property("openShard");
      expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
      expect(charge).to.include({ charges: 1, refunds: 1 });
      expect(await table().stockOf("PLENTY")).to.equal(stock);
    });

    it("undo nothing without a reason: an error is none", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock");

      expect(await stepError(orderId, "RefundPayment")).to.equal("Busy");

      expect((await table().records(orderId)).payment).to.equal(undefined);
    });

    it("keep a charge, whatever the reason, unless the order is cancelled", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ChargePayment");

      const kept = [await stepOutcome(orderId, "RefundPayment", "UNAVAILABLE")];
      kept.push(await stepOutcome(orderId, "RefundPayment", "PAYMENT_DECLINED"));
      await requestCancel(orderId);

      expect(kept).to.deep.equal(["CHARGED", "CHARGED"]);
      expect(await stepOutcome(orderId, "RefundPayment")).to.equal("REFUNDED");
    });

    it("keep the first failure reason", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 }, "pm_card_chargeDeclinedInsufficientFunds");
      await runSteps(orderId, "BeginOrder", "ReserveStock");
      await undo(orderId, "INSUFFICIENT_FUNDS");

      await runWorkflow({ orderId });

      const { order, events } = await table().records(orderId);
      expect(order.failureReason).to.equal("INSUFFICIENT_FUNDS");
      expect(order.history.at(-1)).to.include({ status: "FAILED", reason: reasonSentence("INSUFFICIENT_FUNDS") });
      expect(events.at(-1)).to.include({ type: "OrderFailed", reason: "INSUFFICIENT_FUNDS" });
    });

    it("prevent later reservations and charges", async () => {
      const stock = await table().stockOf("PLENTY");
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder");
      await undo(orderId, "PAYMENT_DECLINED", "ReleaseStock");

      expect(await stepOutcome(orderId, "ReserveStock")).to.equal("STOPPED");
      expect(await stepOutcome(orderId, "ChargePayment")).to.equal("STOPPED");
      expect(await table().stockOf("PLENTY")).to.equal(stock);
    });

    it("don't finish an order before everything is undone", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder", "ReserveStock", "ReleaseStock");

      expect(await stepError(orderId, "EndOrder")).to.equal("Busy");
      expect((await table().records(orderId)).reservation?.status).to.equal("RESERVED");
    });
  });

  it("get the full refund from the gateway, even for a charge made during the call", async () => {
    const payment = { paymentId: "late", providerId: "late", amountMinor: 3_000, currency: "USD" };
    const gateway = simulatedGateway(db);
    let voided: unknown;

    await interruptAtCall(
      1,
      () => gateway.charge(payment),
      async () => {
        voided = await gateway.void(payment);
      },
    );

    expect(voided).to.deep.equal({ refundedMinor: 3_000 });
  });

  describe("changeOrder", () => {
    it("decides again after a concurrent change", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });

      await interruptAtCall(
        1,
        () => requestCancel(orderId),
        () => runSteps(orderId, "BeginOrder"),
      );

      expect((await table().records(orderId)).order).to.include({ status: "PENDING", version: 2 });
    });

    it("enforces the lifecycle", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });

      const change = await changeOrder(db, orderId, "test", () => ({ status: "SHIPPED" })).catch(
        (error) => error.message,
      );

      expect(change).to.equal(`The order ${orderId} is PENDING and can't become SHIPPED.`);
    });
  });
});
