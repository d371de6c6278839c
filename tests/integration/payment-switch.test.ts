import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { partKey } from "../../store/fulfilment.ts";
import { placeDirectly, requestCancel, stockProducts, storyOf } from "../support/fulfilment.ts";
import { failure, holdUp, run } from "../support/steps.ts";
import { useStripe } from "../support/stripe-of-handlers.ts";
import { useTable } from "../support/table.ts";
import { runWorkflow } from "../support/workflow.ts";

/** Functions configured for one gateway, and orders whose payments began with the other. */
describe("When the payment gateway is switched", () => {
  const table = useTable();
  const stripe = useStripe();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  const look = async (orderId: string) => storyOf(orderId, await table().items());

  /** An order that was completed, and is cancelled now. */
  async function cancelled(): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runWorkflow({ orderId });
    await requestCancel(orderId);
    return orderId;
  }

  /** An order that Stripe has charged, which we don't know yet. */
  async function chargedUnheard(): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await run(orderId, "BeginOrder", "ReserveStock");
    await loseAnswer(orderId);
    return orderId;
  }

  async function loseAnswer(orderId: string): Promise<void> {
    stripe.deploy("stripe");
    stripe.double.answering = (request) => {
      if (request.endsWith("/confirm")) throw new Error("The answer is lost.");
    };
    expect(await failure(orderId, "ChargePayment")).to.equal("GatewayError");
    stripe.double.answering = () => undefined;
  }

  it("from Stripe to the simulated one, Stripe gives back what it took", async () => {
    stripe.deploy("stripe");
    const orderId = await cancelled();

    stripe.deploy("simulated with a key");
    await runWorkflow({ orderId });

    const { order, payment, charge } = await look(orderId);
    expect(order.status).to.equal("CANCELLED");
    expect(payment).to.include({ status: "VOIDED", gateway: "stripe", refundedMinor: 2_000 });
    expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    expect(charge).to.deep.equal({ tries: 0, charges: 0, refunds: 0 });
  });

  it("from Stripe, and its key is gone, no order passes for given back", async () => {
    stripe.deploy("stripe");
    const orderId = await cancelled();

    stripe.deploy("simulated");
    const error = await runWorkflow({ orderId }).catch((error: Error) => error);
    const { order, payment } = await look(orderId);
    stripe.deploy("simulated with a key");
    await runWorkflow({ orderId });

    expect(error).to.include({ name: "GatewayError" });
    expect((error as Error).message).to.match(/made through stripe, but this function is configured for simulated/);
    expect([order.status, payment?.status]).to.deep.equal(["COMPLETED", "VOIDING"]);
    expect((await look(orderId)).order.status).to.equal("CANCELLED");
    expect(stripe.double.refunds).to.equal(1);
  });

  it("from the simulated one to Stripe, the simulated one gives back what it took", async () => {
    stripe.deploy("simulated");
    const orderId = await cancelled();

    stripe.deploy("stripe");
    await runWorkflow({ orderId });

    const { payment, charge } = await look(orderId);
    expect(payment).to.include({ status: "VOIDED", gateway: "simulated", refundedMinor: 2_000 });
    expect(charge).to.include({ charges: 1, refunds: 1 });
    expect(stripe.double.requests).to.deep.equal([]);
  });

  it("while an order is being charged, the gateway that began goes on, and charges once", async () => {
    const orderId = await chargedUnheard();

    stripe.deploy("simulated with a key");
    await runWorkflow({ orderId });

    const { order, charge } = await look(orderId);
    expect(order.status).to.equal("COMPLETED");
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });

  it("and functions of both kinds begin at once, one of them is asked to come again, and charges with the other", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await run(orderId, "BeginOrder", "ReserveStock");

    stripe.deploy("simulated with a key");
    await holdUp(
      1,
      () => loseAnswer(orderId),
      async () => expect(await failure(orderId, "ChargePayment")).to.equal("Busy"),
    );
    await run(orderId, "ChargePayment", "CompleteOrder");

    const { payment, charge } = await look(orderId);
    expect(payment).to.include({ status: "CHARGED", gateway: "stripe" });
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });

  it("and a record is from before gateways were recorded, the name of the payment tells", async () => {
    stripe.deploy("stripe");
    const paid = await cancelled();
    stripe.deploy("simulated with a key");
    const played = await cancelled();
    for (const orderId of [paid, played]) await forgetGateway(orderId);

    await runWorkflow({ orderId: paid });
    stripe.deploy("stripe");
    await runWorkflow({ orderId: played });

    expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    expect((await look(played)).charge).to.include({ charges: 1, refunds: 1 });
  });

  it("and a charge is from before gateways were recorded, it goes on where it began", async () => {
    const orderId = await chargedUnheard();
    await forgetGateway(orderId);

    stripe.deploy("simulated with a key");
    await runWorkflow({ orderId });

    const { order, payment, charge } = await look(orderId);
    expect([order.status, payment?.gateway]).to.deep.equal(["COMPLETED", "stripe"]);
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });
});

async function forgetGateway(orderId: string): Promise<void> {
  const record = { TableName: db.table, Key: partKey(orderId, "PAYMENT") };
  await db.client.send(new UpdateItemCommand({ ...record, UpdateExpression: "REMOVE gateway" }));
}
