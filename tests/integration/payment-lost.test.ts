import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { toItem } from "../../store/items.ts";
import { placeDirectly, requestCancel, stockProducts, storyOf } from "../support/fulfilment.ts";
import { failure, run } from "../support/steps.ts";
import { useStripe } from "../support/stripe-of-handlers.ts";
import { type StoredItem, useTable } from "../support/table.ts";
import { runWorkflow } from "../support/workflow.ts";

const LONG_AGO = { createdAt: "2026-01-31T12:00:00.000Z" };
const RESTORED = { restoredAt: "2026-01-31T12:00:00.000Z" };

/** Orders that are as they were before they were charged: Stripe knows more of them than their records. */
describe("When the record of a payment is lost", () => {
  const table = useTable();
  const stripe = useStripe();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  beforeEach(() => stripe.deploy("stripe"));

  const look = async (orderId: string) => storyOf(orderId, await table().items());
  const itemsOf = async (orderId: string) => (await table().items()).filter(({ pk }) => pk === `ORDER#${orderId}`);

  /** Charges an order, and then takes it back to a second before that. */
  async function chargedAndLost(lostAt: "before" | "while it was opened", mark: object): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await run(orderId, "BeginOrder", "ReserveStock");
    if (lostAt !== "before") {
      stripe.double.answering = () => {
        throw new Error("The answer is lost.");
      };
      expect(await failure(orderId, "ChargePayment")).to.equal("GatewayError");
      stripe.double.answering = () => undefined;
    }
    const then = await itemsOf(orderId);
    await run(orderId, "ChargePayment", "CompleteOrder");
    await takeBack(await itemsOf(orderId), then, mark);
    return orderId;
  }

  for (const lostAt of ["before", "while it was opened"] as const) {
    it(`${lostAt}, and Stripe forgot its key since, the order is not charged again`, async () => {
      const orderId = await chargedAndLost(lostAt, LONG_AGO);
      stripe.double.dayPasses();

      await runWorkflow({ orderId });

      const { order, payment } = await look(orderId);
      expect(order.status).to.equal("COMPLETED");
      expect(payment).to.include({ status: "CHARGED", providerId: "pi_1" });
      expect(stripe.double.charges).to.equal(1);
    });

    for (const mark of [LONG_AGO, RESTORED]) {
      it(`${lostAt}, and the order with ${Object.keys(mark)} is cancelled, it is given back`, async () => {
        const orderId = await chargedAndLost(lostAt, mark);
        stripe.double.minutePasses();
        await requestCancel(orderId);

        await runWorkflow({ orderId });

        const { order, payment } = await look(orderId);
        expect(order.status).to.equal("CANCELLED");
        expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
        expect(stripe.double).to.include({ charges: 1, refunds: 1 });
      });
    }
  }

  for (const gateway of ["stripe", "simulated"] as const) {
    it(`before, and ${gateway} has refunded it since, nothing is sent for nothing`, async () => {
      stripe.deploy(gateway);
      const orderId = await placeDirectly({ PLENTY: 2 });
      const then = await itemsOf(orderId);
      await runWorkflow({ orderId });
      await requestCancel(orderId);
      await runWorkflow({ orderId });
      await takeBack(await itemsOf(orderId), then, RESTORED);
      stripe.double.dayPasses();

      await runWorkflow({ orderId });

      const { order, payment, charge } = await look(orderId);
      expect(order.status).to.equal("FAILED");
      expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
      expect([stripe.double.charges + charge.charges, stripe.double.refunds + charge.refunds]).to.deep.equal([1, 1]);
    });
  }

  it("and the gateway is the simulated one, it is given back as well", async () => {
    stripe.deploy("simulated");
    const orderId = await chargedAndLost("before", RESTORED);
    await requestCancel(orderId);

    await runWorkflow({ orderId });

    const { payment, charge } = await look(orderId);
    expect(payment).to.include({ status: "VOIDED", refundedMinor: 2_000 });
    expect(charge).to.include({ charges: 1, refunds: 1 });
  });

  it("can't be, Stripe is not asked about what was never begun", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await requestCancel(orderId);

    await runWorkflow({ orderId });

    expect((await look(orderId)).order.status).to.equal("CANCELLED");
    expect(stripe.double.requests).to.deep.equal([]);
  });

  async function takeBack(now: StoredItem[], then: StoredItem[], mark: object): Promise<void> {
    const { client, table: TableName } = db;
    for (const { pk, sk } of now) await client.send(new DeleteItemCommand({ TableName, Key: toItem({ pk, sk }) }));
    for (const item of then) {
      await client.send(new PutItemCommand({ TableName, Item: toItem({ ...item, ...mark }) }));
    }
  }
});
