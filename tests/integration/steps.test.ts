import { expect } from "chai";
import { placeDirectly, requestCancel, ship, stockProducts, storyOf } from "../support/fulfilment.ts";
import { failure, holdUp, run } from "../support/steps.ts";
import { useTable } from "../support/table.ts";
import { STEPS } from "../support/workflow.ts";

/** What each step forward does alone, and what it refuses, among them calls that come too late. */
describe("The workflow's steps forward", () => {
  const table = useTable();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000, RARE: 1 });
  });

  const look = async (orderId: string) => storyOf(orderId, await table().items());
  const stockOf = async (productId: string) => (await table().items()).find(({ sk }) => sk === productId)?.stock;

  describe("begin-order", () => {
    it("fails for an order that there isn't, and writes nothing", async () => {
      const before = await table().items();

      const names = [
        await failure("0192c1a0-0000-7000-8000-000000000000", "BeginOrder"),
        await failure("test-order-123", "BeginOrder"),
        await failure(undefined, "BeginOrder"),
      ];

      expect(names).to.deep.equal(["OrderNotFound", "OrderNotFound", "OrderNotFound"]);
      expect(await table().items()).to.have.deep.members(before);
    });

    it("says what is to be done, whatever state the order is in", async () => {
      const next = async (orderId: string) => (await STEPS.BeginOrder({ orderId, createdAt: "2024-01-01" })).next;
      const orderId = await placeDirectly({ PLENTY: 1 });
      const cancelled = await placeDirectly({ PLENTY: 1 });
      await requestCancel(cancelled);

      const seen = [await next(orderId), await next(orderId), await next(cancelled)];
      await run(orderId, "ReserveStock", "ChargePayment", "CompleteOrder");
      seen.push(await next(orderId));
      await ship(orderId);
      seen.push(await next(orderId));

      expect(seen).to.deep.equal(["FULFIL", "FULFIL", "COMPENSATE", "NOTHING", "NOTHING"]);
      expect((await look(cancelled)).order.status).to.equal("PENDING");
    });
  });

  describe("reserve-stock", () => {
    it("takes all lines or none", async () => {
      const orderId = await placeDirectly({ PLENTY: 1, RARE: 2 });
      const stock = await stockOf("PLENTY");
      await run(orderId, "BeginOrder");

      expect(await failure(orderId, "ReserveStock")).to.equal("OutOfStock");

      expect(await stockOf("PLENTY")).to.equal(stock);
      expect((await look(orderId)).reservation).to.equal(undefined);
    });

    it("takes them once when it runs twice, also at once", async () => {
      const orderId = await placeDirectly({ PLENTY: 3 });
      const stock = await stockOf("PLENTY");
      await run(orderId, "BeginOrder");

      await Promise.all([run(orderId, "ReserveStock"), run(orderId, "ReserveStock")]);
      await run(orderId, "ReserveStock");

      expect(await stockOf("PLENTY")).to.equal(Number(stock) - 3);
    });

    it("refuses a cancelled order, one that has not begun, and one whose stock was given back", async () => {
      const [cancelled, pending, undone] = await Promise.all([1, 2, 3].map(() => placeDirectly({ PLENTY: 1 })));
      await run(cancelled as string, "BeginOrder");
      await requestCancel(cancelled as string);
      await run(undone as string, "BeginOrder", "RefundPayment", "ReleaseStock");

      expect(await failure(cancelled as string, "ReserveStock")).to.equal("CancelRequested");
      expect(await failure(pending as string, "ReserveStock")).to.equal("Fenced");
      expect(await failure(undone as string, "ReserveStock")).to.equal("Fenced");
    });
  });

  describe("charge-payment", () => {
    const begin = async (paymentMethod?: string) => {
      const orderId = await placeDirectly({ PLENTY: 1 }, paymentMethod);
      await run(orderId, "BeginOrder", "ReserveStock");
      return orderId;
    };

    it("charges once when it runs twice, also at once", async () => {
      const orderId = await begin();

      await Promise.all([run(orderId, "ChargePayment"), run(orderId, "ChargePayment")]);
      await run(orderId, "ChargePayment");

      const { payment, charge } = await look(orderId);
      expect(payment).to.include({ status: "CHARGED", amountMinor: 1_000, providerId: orderId });
      expect(charge).to.include({ status: "CHARGED", charges: 1, refunds: 0 });
    });

    for (const [paymentMethod, name] of [
      ["pm_card_chargeDeclined", "PaymentDeclined"],
      ["pm_card_chargeDeclinedInsufficientFunds", "InsufficientFunds"],
      ["pm_simulated_error_always", "GatewayError"],
      ["pm_simulated_error_2", "GatewayError"],
      ["pm_simulated_misspelt", "PaymentDeclined"],
      ["pm_simulated_timeout", "GatewayError"],
    ] as const) {
      it(`fails with ${name} for ${paymentMethod}, and charges nothing`, async () => {
        const orderId = await begin(paymentMethod);

        expect(await failure(orderId, "ChargePayment")).to.equal(name);

        expect((await look(orderId)).charge).to.include({ status: "OPEN", tries: 1, charges: 0 });
      });
    }

    it("goes through when the provider's errors have passed", async () => {
      const orderId = await begin("pm_simulated_error_2");

      const tries = [await failure(orderId, "ChargePayment"), await failure(orderId, "ChargePayment")];
      await run(orderId, "ChargePayment");

      expect(tries).to.deep.equal(["GatewayError", "GatewayError"]);
      expect((await look(orderId)).charge).to.include({ tries: 3, charges: 1 });
    });

    it("finds the charge whose answer was lost", async () => {
      const orderId = await begin("pm_simulated_timeout_after_charge");

      expect(await failure(orderId, "ChargePayment")).to.equal("GatewayError");
      await run(orderId, "ChargePayment");

      expect((await look(orderId)).charge).to.include({ status: "CHARGED", charges: 1 });
    });

    it("refuses a cancelled order, and one whose payment is voided", async () => {
      const [cancelled, undone] = [await begin(), await begin()];
      await requestCancel(cancelled);
      await run(undone, "RefundPayment");

      expect(await failure(cancelled, "ChargePayment")).to.equal("CancelRequested");
      expect(await failure(undone, "ChargePayment")).to.equal("Fenced");

      expect((await look(undone)).charge.tries).to.equal(0);
    });

    for (const [call, charges] of [0, 0, 0, 0, 0, 1].entries()) {
      it(`keeps no charge when the order is undone before its call ${call + 1} to the table`, async () => {
        const orderId = await begin();

        await holdUp(
          call,
          () => run(orderId, "RefundPayment", "ReleaseStock", "EndOrder"),
          async () => expect(await failure(orderId, "ChargePayment")).to.equal("Fenced"),
        );

        const { order, payment, charge } = await look(orderId);
        expect([order.status, payment?.status]).to.deep.equal(["FAILED", "VOIDED"]);
        expect(charge).to.include({ charges, refunds: charges });
      });
    }
  });
});
