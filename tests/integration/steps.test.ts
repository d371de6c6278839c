import { expect } from "chai";
import { placeDirectly, requestCancel, ship, stockProducts, useLocalTable } from "../support/in-process.ts";
import { interruptAtCall, runSteps, STEPS, stepError, stepOutcome, undo } from "../support/workflow.ts";

/** What each forward step does, and what it refuses, including late calls. */
describe("The workflow's forward steps", () => {
  const table = useLocalTable();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000, RARE: 1 });
  });

  describe("begin-order", () => {
    it("fails for an unknown order, and writes nothing", async () => {
      const before = await table().items();

      const names = [
        await stepError("0192c1a0-0000-7000-8000-000000000000", "BeginOrder"),
        await stepError("test-order-123", "BeginOrder"),
        await stepError(undefined, "BeginOrder"),
      ];

      expect(names).to.deep.equal(["OrderNotFound", "OrderNotFound", "OrderNotFound"]);
      expect(await table().items()).to.have.deep.members(before);
    });

    it("returns the next action for any state of the order", async () => {
      const next = async (orderId: string) => (await STEPS.BeginOrder({ orderId, createdAt: "2024-01-01" })).next;
      const orderId = await placeDirectly({ PLENTY: 1 });
      const cancelled = await placeDirectly({ PLENTY: 1 });
      await requestCancel(cancelled);

      const seen = [await next(orderId), await next(orderId), await next(cancelled)];
      await runSteps(orderId, "ReserveStock", "ChargePayment", "CompleteOrder");
      seen.push(await next(orderId));
      await ship(orderId);
      seen.push(await next(orderId));

      expect(seen).to.deep.equal(["FULFIL", "FULFIL", "COMPENSATE", "NOTHING", "NOTHING"]);
      expect((await table().records(cancelled)).order.status).to.equal("PENDING");
    });
  });

  describe("reserve-stock", () => {
    it("reserves all lines or none", async () => {
      const orderId = await placeDirectly({ PLENTY: 1, RARE: 1 });
      const stock = await table().stockOf("PLENTY");
      await table().sellOut("RARE");
      await runSteps(orderId, "BeginOrder");

      expect(await STEPS.ReserveStock({ orderId })).to.deep.equal({ outcome: "OUT_OF_STOCK", missing: "RARE" });

      expect((await table().records(orderId)).reservation).to.equal(undefined);
      await undo(orderId, "OUT_OF_STOCK", "ReleaseStock");
      expect(await table().stockOf("PLENTY")).to.equal(stock);
    });

    it("reserves once if it runs repeatedly or concurrently", async () => {
      const orderId = await placeDirectly({ PLENTY: 3 });
      const stock = await table().stockOf("PLENTY");
      await runSteps(orderId, "BeginOrder");

      await Promise.all([runSteps(orderId, "ReserveStock"), runSteps(orderId, "ReserveStock")]);
      await runSteps(orderId, "ReserveStock");

      expect(await table().stockOf("PLENTY")).to.equal(stock - 3);
    });

    it("stops for a cancelled order, one that has not begun, and one whose stock was released", async () => {
      const [cancelled, pending, undone] = await Promise.all([1, 2, 3].map(() => placeDirectly({ PLENTY: 1 })));
      await runSteps(cancelled as string, "BeginOrder");
      await requestCancel(cancelled as string);
      await runSteps(undone as string, "BeginOrder");
      await undo(undone as string, "PAYMENT_DECLINED", "ReleaseStock");

      for (const orderId of [cancelled, pending, undone])
        expect(await stepOutcome(orderId as string, "ReserveStock")).to.equal("STOPPED");
    });
  });

  describe("charge-payment", () => {
    const begin = async (paymentMethod?: string) => {
      const orderId = await placeDirectly({ PLENTY: 1 }, paymentMethod);
      await runSteps(orderId, "BeginOrder", "ReserveStock");
      return orderId;
    };

    it("charges once if it runs repeatedly or concurrently", async () => {
      const orderId = await begin();

      await Promise.all([runSteps(orderId, "ChargePayment"), runSteps(orderId, "ChargePayment")]);
      await runSteps(orderId, "ChargePayment");

      const { payment, charge } = await table().records(orderId);
      expect(payment).to.include({ status: "CHARGED", amountMinor: 1_000, providerId: orderId });
      expect(charge).to.include({ status: "CHARGED", charges: 1, refunds: 0 });
    });

    for (const [paymentMethod, outcome] of [
      ["pm_card_chargeDeclined", "PAYMENT_DECLINED"],
      ["pm_card_chargeDeclinedInsufficientFunds", "INSUFFICIENT_FUNDS"],
      ["pm_simulated_misspelt", "PAYMENT_DECLINED"],
      ["ctoken_of_stripe", "PAYMENT_DECLINED"],
    ] as const) {
      it(`answers ${outcome} for ${paymentMethod}, and charges nothing`, async () => {
        const orderId = await begin(paymentMethod);

        expect(await stepOutcome(orderId, "ChargePayment")).to.equal(outcome);

        expect((await table().records(orderId)).charge).to.include({ status: "OPEN", tries: 1, charges: 0 });
      });
    }

    for (const paymentMethod of ["pm_simulated_error_always", "pm_simulated_error_2", "pm_simulated_timeout"]) {
      it(`fails with GatewayError for ${paymentMethod}, and charges nothing`, async () => {
        const orderId = await begin(paymentMethod);

        expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");

        expect((await table().records(orderId)).charge).to.include({ status: "OPEN", tries: 1, charges: 0 });
      });
    }

    it("succeeds once the provider's errors are over", async () => {
      const orderId = await begin("pm_simulated_error_2");

      const tries = [await stepError(orderId, "ChargePayment"), await stepError(orderId, "ChargePayment")];
      await runSteps(orderId, "ChargePayment");

      expect(tries).to.deep.equal(["GatewayError", "GatewayError"]);
      expect((await table().records(orderId)).charge).to.include({ tries: 3, charges: 1 });
    });

    it("finds a charge whose response was lost", async () => {
      const orderId = await begin("pm_simulated_timeout_after_charge");

      expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");
      await runSteps(orderId, "ChargePayment");

      expect((await table().records(orderId)).charge).to.include({ status: "CHARGED", charges: 1 });
    });

    it("stops for a cancelled order, one whose payment is voided, and one whose stock is not reserved", async () => {
      const [cancelled, undone] = [await begin(), await begin()];
      await requestCancel(cancelled);
      await undo(undone, "UNAVAILABLE");
      const unreserved = await placeDirectly({ PLENTY: 1 });
      await runSteps(unreserved, "BeginOrder");

      for (const orderId of [cancelled, undone, unreserved])
        expect(await stepOutcome(orderId, "ChargePayment")).to.equal("STOPPED");

      expect((await table().records(undone)).charge.tries).to.equal(0);
    });

    for (const [call, charges] of [0, 0, 0, 0, 0, 1].entries()) {
      it(`keeps no charge if the order is cancelled before its table call ${call + 1}`, async () => {
        const orderId = await begin();

        await interruptAtCall(
          call,
          async () => {
            await requestCancel(orderId);
            await runSteps(orderId, "RefundPayment", "ReleaseStock", "EndOrder");
          },
          async () => expect(await stepOutcome(orderId, "ChargePayment")).to.be.oneOf(["STOPPED", "UNAVAILABLE"]),
        );

        const { order, payment, charge } = await table().records(orderId);
        expect([order.status, payment?.status]).to.deep.equal(["CANCELLED", "VOIDED"]);
        expect(charge).to.include({ charges, refunds: charges });
      });
    }
  });
});
