import { randomUUID } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { ledgerOf } from "../../domain/payment-ledger.ts";
import { db } from "../../handlers/lib/db.ts";
import { refundPart } from "../../handlers/process-payments/refund-part.ts";
import { handler as refundOrder } from "../../handlers/refund-order.ts";
import { resume } from "../../store/attention.ts";
import { placeDirectly, requestCancel, ship, stockProducts, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { runWorkflow } from "../support/workflow.ts";

/** Three units at 10 dollars. */
const TOTAL_MINOR = 3_000;

/** What happens to one order, all at the same time. */
type Action = { kind: "refund"; amount: number; key: string } | { kind: "deliver" | "cancel" | "ship" };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("refund" as const),
      amount: fc.integer({ min: 1, max: 30 }),
      key: fc.constantFrom("a", "b", "c"),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "deliver" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "cancel" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "ship" as const }) },
);

describe("Refunds", () => {
  // Calls overlap, so there are conflicts.
  const table = useLocalTable({ transactionMs: 3 });
  const stripe = useStripeDouble();

  for (const gateway of ["simulated", "stripe"] as const) {
    describe(`through the gateway ${gateway}`, () => suite(gateway));
  }

  function suite(gateway: "simulated" | "stripe"): void {
    beforeEach(async () => {
      stripe.configure(gateway);
      await table().renew();
      await stockProducts({ PLENTY: 1_000 });
    });

    const refund = async (orderId: string, amount: number, key: string = randomUUID()) => {
      const body = { amount, reason: "Came back" };
      const headers = { "Idempotency-Key": key };
      return (await refundOrder({ pathParameters: { orderId }, headers, body })).statusCode;
    };

    /** Delivers the messages for all refunds that were asked for, as the payment queue does, also again and at once. */
    async function deliver(orderId: string): Promise<void> {
      const { events } = await table().records(orderId);
      const requested = events.flatMap(({ type, refund }) => (type === "OrderRefundRequested" && refund ? refund : []));
      for (const { refundId } of requested) await refundPart({ orderId, correlationId: "test", refundId });
    }

    /** What the provider has paid back, in cents. */
    async function paidBack(orderId: string): Promise<number> {
      const { charge, payment } = await table().records(orderId);
      if (gateway === "stripe") return stripe.double.moneyBack.refundedMinor(payment?.providerId ?? "");
      return charge.refunds > 0 ? TOTAL_MINOR : (charge.refundedMinor ?? 0);
    }

    async function completed(): Promise<string> {
      const orderId = await placeDirectly({ PLENTY: 3 });
      await runWorkflow({ orderId });
      return orderId;
    }

    it("have exact sums, and tell the customer of each, whatever happens at the same time", async () => {
      let last: Promise<void> | undefined;
      const actions = fc.array(action, { minLength: 2, maxLength: 6 });
      const property = fc.asyncProperty(actions, fc.scheduler(), (...args) => {
        last = play(...args);
        return last;
      });
      await fc.assert(property, { numRuns: 50, includeErrorInReport: true }).finally(() => Promise.allSettled([last]));
    });

    async function play(actions: Action[], turns: fc.Scheduler): Promise<void> {
      const orderId = await completed();
      const turn = () => turns.schedule(Promise.resolve());
      stripe.double.beforeResponse = turn;
      db.client.middlewareStack.add((next) => async (args) => turn().then(() => next(args)), {
        step: "initialize",
        name: "turns",
      });
      const statuses = new Map<string, number[]>();
      try {
        await turns.waitFor(Promise.allSettled(actions.map(perform)));
      } finally {
        db.client.middlewareStack.remove("turns");
        stripe.double.beforeResponse = () => undefined;
      }
      // As the queue and the sweeper do.
      await deliver(orderId);
      await runWorkflow({ orderId });

      const { order, payment, events } = await table().records(orderId);
      const { chargedMinor, refundedMinor, pendingMinor, refunds } = ledgerOf(payment);
      expect([chargedMinor, pendingMinor, refundedMinor]).to.deep.equal([TOTAL_MINOR, 0, await paidBack(orderId)]);
      expect(refundedMinor).to.be.at.most(TOTAL_MINOR);
      if (order.status === "CANCELLED") expect(refundedMinor).to.equal(TOTAL_MINOR);
      else expect(refunds.map(({ status }) => status)).to.not.include("FAILED");
      expect(order.attention).to.equal(undefined);
      // Each was told once, unless the cancellation came first, which is told, too.
      const told = events.flatMap(({ type, refund }) => (type === "OrderRefunded" ? (refund?.refundId ?? "") : []));
      const made = refunds.filter(({ status, request }) => status === "SUCCEEDED" && request);
      expect(new Set(told).size).to.equal(told.length);
      if (order.status !== "CANCELLED") expect(told).to.have.members(made.map(({ refundId }) => refundId));
      const accepted = [...statuses].filter(([, all]) => all.includes(202));
      expect(refunds.filter(({ request }) => request)).to.have.lengthOf(accepted.length);

      async function perform(action: Action): Promise<unknown> {
        switch (action.kind) {
          case "refund": {
            const key = `${orderId}-${action.key}`;
            const status = await refund(orderId, action.amount, key);
            return statuses.set(key, [...(statuses.get(key) ?? []), status]);
          }
          case "deliver":
            return deliver(orderId);
          case "cancel":
            return (await requestCancel(orderId)) && runWorkflow({ orderId });
          case "ship":
            return ship(orderId);
        }
      }
    }

    it("are made once, whichever call to the table or the provider fails, before or after its effect", async () => {
      for (const when of ["before", "after"] as const) {
        for (let call = 0; ; call++) {
          const orderId = await completed();
          const failed = await failingAt(call, when, async () => {
            await refund(orderId, 12, `${orderId}-key`);
            await deliver(orderId);
          });
          if (!failed) break;

          // As the client and the queue do, perhaps a day later.
          stripe.double.dayPasses();
          expect(await refund(orderId, 12, `${orderId}-key`)).to.equal(202);
          await deliver(orderId);

          const { payment, events } = await table().records(orderId);
          expect(ledgerOf(payment)).to.include({ refundedMinor: 1_200, pendingMinor: 0 });
          expect(await paidBack(orderId)).to.equal(1_200);
          expect(events.filter(({ type }) => type === "OrderRefunded")).to.have.lengthOf(1);
        }
      }
    });

    /** Runs the work while one of its calls fails. @returns Whether it made as many calls. */
    async function failingAt(call: number, when: "before" | "after", work: () => Promise<void>): Promise<boolean> {
      let calls = 0;
      const isIt = () => calls++ === call;
      const die = () => {
        throw new Error("The connection broke.");
      };
      stripe.double.beforeResponse = () => isIt() && die();
      db.client.middlewareStack.add(
        (next) => async (args) => {
          const dies = isIt();
          if (dies && when === "before") die();
          const response = await next(args);
          return dies ? die() : response;
        },
        { step: "initialize", name: "failure" },
      );
      await work().catch(() => {});
      db.client.middlewareStack.remove("failure");
      stripe.double.beforeResponse = () => undefined;
      return calls > call;
    }

    it("that are refused for good free their amount, and leave the order to a person", async () => {
      const orderId = await placeDirectly(
        { PLENTY: 3 },
        gateway === "stripe" ? "pm_card_visa" : "pm_simulated_refund_refused",
      );
      await runWorkflow({ orderId });
      stripe.double.refundRefusal = "failed";

      expect(await refund(orderId, 30)).to.equal(202);
      await deliver(orderId);
      await deliver(orderId);

      const { order, payment } = await table().records(orderId);
      expect(order.attention?.reason).to.equal("REFUND_REFUSED");
      expect(ledgerOf(payment)).to.include({ refundedMinor: 0, pendingMinor: 0 });
      await resume(db, orderId);
      expect(await refund(orderId, 30)).to.equal(202);
    });
  }
});
