import { expect } from "chai";
import { reasonSentence } from "../../domain/failure-reasons.ts";
import { db } from "../../handlers/lib/db.ts";
import { simulatedGateway } from "../../payments/simulated.ts";
import { changeOrder } from "../../store/change-order.ts";
import { placeDirectly, requestCancel, ship, stockProducts, storyOf } from "../support/fulfilment.ts";
import { failure, holdUp, run } from "../support/steps.ts";
import { useTable } from "../support/table.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";

/** How orders end, what undoing leaves alone, and calls that come too late. */
describe("The workflow's last steps", () => {
  const table = useTable();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  const look = async (orderId: string) => storyOf(orderId, await table().items());
  const stockOf = async (productId: string) => (await table().items()).find(({ sk }) => sk === productId)?.stock;

  describe("complete-order", () => {
    it("completes an order once, and leaves it as it is when it comes late", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await run(orderId, "BeginOrder", "ReserveStock", "ChargePayment", "CompleteOrder");
      await ship(orderId);

      await run(orderId, "CompleteOrder");

      const { order, events } = await look(orderId);
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

    it("refuses a cancelled order, and one that is being undone", async () => {
      const [cancelled, undone] = [await placeDirectly({ PLENTY: 1 }), await placeDirectly({ PLENTY: 1 })];
      await run(cancelled, "BeginOrder", "ReserveStock", "ChargePayment");
      await run(undone, "BeginOrder", "ReserveStock", "ChargePayment", "RefundPayment");
      await requestCancel(cancelled);

      expect(await failure(cancelled, "CompleteOrder")).to.equal("CancelRequested");
      expect(await failure(undone, "CompleteOrder")).to.equal("Fenced");
    });
  });

  describe("refund-payment, release-stock and end-order", () => {
    it("leave an order alone that came through, also when it is cancelled between them", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runWorkflow({ orderId });

      await run(orderId, "RefundPayment");
      await requestCancel(orderId);
      await run(orderId, "ReleaseStock");
      expect(await failure(orderId, "EndOrder")).to.equal("Busy");

      const { order, payment, reservation, charge } = await look(orderId);
      expect([order.status, payment?.status, reservation?.status]).to.deep.equal(["COMPLETED", "CHARGED", "RESERVED"]);
      expect(charge.refunds).to.equal(0);
    });

    it("undo a completed order that is cancelled, once", async () => {
      const stock = await stockOf("PLENTY");
      const orderId = await placeDirectly({ PLENTY: 2 });
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      expect((await look(orderId)).order.openShard).to.match(/^OPEN#[01]$/);

      await Promise.all([runWorkflow({ orderId }), runWorkflow({ orderId })]);
      await runWorkflow({ orderId });

      const { order, payment, charge } = await look(orderId);
      expect(order.history.map(({ status }) => status)).to.deep.equal([
        "PENDING",
        "PROCESSING",
        "COMPLETED",
        "CANCELLED",
      ]);
      expect(order).not.to.have.property("openShard");
      expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
      expect(charge).to.include({ charges: 1, refunds: 1 });
      expect(await stockOf("PLENTY")).to.equal(stock);
    });

    it("keep the first reason, whatever ended the way forward later", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 }, "pm_card_chargeDeclinedInsufficientFunds");
      await run(orderId, "BeginOrder", "ReserveStock");
      await STEPS.RefundPayment({ orderId, error: { Error: "InsufficientFunds", Cause: "…" } });

      await runWorkflow({ orderId });

      const { order, events } = await look(orderId);
      expect(order.failureReason).to.equal("INSUFFICIENT_FUNDS");
      expect(order.history.at(-1)).to.include({ status: "FAILED", reason: reasonSentence("INSUFFICIENT_FUNDS") });
      expect(events.at(-1)).to.include({ type: "OrderFailed", reason: "INSUFFICIENT_FUNDS" });
    });

    it("forbid what was not done yet", async () => {
      const stock = await stockOf("PLENTY");
      const orderId = await placeDirectly({ PLENTY: 1 });
      await run(orderId, "BeginOrder", "RefundPayment", "ReleaseStock");

      expect(await failure(orderId, "ReserveStock")).to.equal("Fenced");
      expect(await failure(orderId, "ChargePayment")).to.equal("Fenced");
      expect(await stockOf("PLENTY")).to.equal(stock);
    });

    it("don't end an order before everything is undone", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await run(orderId, "BeginOrder", "ReserveStock", "ReleaseStock");

      expect(await failure(orderId, "EndOrder")).to.equal("Busy");
      expect((await look(orderId)).reservation?.status).to.equal("RESERVED");
    });
  });

  it("are told the whole refund by the gateway, also of a charge that came in the middle of the call", async () => {
    const payment = { paymentId: "late", providerId: "late", amountMinor: 3_000, currency: "USD" };
    const gateway = simulatedGateway(db);
    let voided: object = {};

    await holdUp(
      1,
      () => gateway.charge(payment),
      async () => {
        voided = await gateway.void(payment.providerId);
      },
    );

    expect(voided).to.deep.equal({ refundedMinor: 3_000 });
  });

  describe("changeOrder", () => {
    it("decides anew when the order changed meanwhile", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });

      await holdUp(
        1,
        () => requestCancel(orderId),
        () => run(orderId, "BeginOrder"),
      );

      expect((await look(orderId)).order).to.include({ status: "PENDING", version: 2 });
    });

    it("knows the lifecycle", async () => {
      const orderId = await placeDirectly({ PLENTY: 1 });

      const change = await changeOrder(db, orderId, "test", () => ({ status: "SHIPPED" })).catch(
        (error) => error.message,
      );

      expect(change).to.equal(`The order ${orderId} is PENDING and can't become SHIPPED.`);
    });
  });
});
