import { expect } from "chai";
import { changeOrder } from "../../handlers/lib/change-order.ts";
import { dynamodb } from "../../handlers/lib/dynamodb.ts";
import { reasonSentence } from "../../orders/reasons.ts";
import { placeDirectly, requestCancel, ship, stockProducts, storyOf } from "../support/fulfilment.ts";
import { useTable } from "../support/table.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";

type StepName = keyof typeof STEPS;

/** What each step does alone, and what it refuses, among them calls that come too late. */
describe("The workflow's steps", () => {
  const table = useTable();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000, RARE: 1 });
  });

  const look = async (orderId: string) => storyOf(orderId, await table().items());
  const stockOf = async (productId: string) => (await table().items()).find(({ sk }) => sk === productId)?.stock;

  /** Runs these steps of an order's workflow. */
  async function run(orderId: string, ...steps: StepName[]): Promise<void> {
    for (const step of steps) await STEPS[step]({ orderId });
  }

  /** Runs a step that has to fail. @returns The name that the workflow matches on. */
  async function failure(orderId: string, step: StepName): Promise<string> {
    return STEPS[step]({ orderId }).then(
      ({ outcome }) => `nothing: it ${outcome}`,
      (error: Error) => error.name,
    );
  }

  /** Lets something happen before one of the calls to the table (0 is the first), as if the function was held up there. */
  async function holdUp(call: number, happens: () => Promise<unknown>, work: () => Promise<unknown>): Promise<void> {
    let calls = 0;
    dynamodb.middlewareStack.add(
      (next) => async (args) => {
        if (calls++ === call) await happens();
        return next(args);
      },
      { step: "initialize", name: "hold up" },
    );
    await work().finally(() => dynamodb.middlewareStack.remove("hold up"));
    expect(calls, "calls to the table").to.be.above(call);
  }

  describe("begin-order", () => {
    it("fails for an order that there isn't, and writes nothing", async () => {
      const before = await table().items();

      const names = [
        await failure("0192c1a0-0000-7000-8000-000000000000", "BeginOrder"),
        await failure("test-order-123", "BeginOrder"),
        await failure(undefined as unknown as string, "BeginOrder"),
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

      const change = await changeOrder(orderId, "test", () => ({ status: "SHIPPED" })).catch((error) => error.message);

      expect(change).to.equal(`The order ${orderId} is PENDING, which can't become SHIPPED.`);
    });
  });
});
