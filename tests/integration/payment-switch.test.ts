import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { db } from "../../handlers/lib/db.ts";
import { partKey } from "../../store/fulfilment.ts";
import { placeDirectly, requestCancel, stockProducts, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { interruptAtCall, runSteps, runWorkflow, stepError } from "../support/workflow.ts";

/** Functions configured for one gateway process orders whose payments started with the other. */
describe("Switching the payment gateway", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  /** A completed order with a requested cancellation. */
  async function completeAndCancel(): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runWorkflow({ orderId });
    await requestCancel(orderId);
    return orderId;
  }

  /** An order that Stripe has charged without a response reaching us. */
  async function chargeWithoutResponse(): Promise<string> {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");
    await chargeAndLoseResponse(orderId);
    return orderId;
  }

  async function chargeAndLoseResponse(orderId: string): Promise<void> {
    stripe.configure("stripe");
    stripe.double.beforeResponse = (request) => {
      if (request.endsWith("/confirm")) throw new Error("The response is lost.");
    };
    expect(await stepError(orderId, "ChargePayment")).to.equal("GatewayError");
    stripe.double.beforeResponse = () => undefined;
  }

  it("leaves refunds of Stripe's charges to Stripe", async () => {
    stripe.configure("stripe");
    const orderId = await completeAndCancel();

    stripe.configure("simulated with a key");
    await runWorkflow({ orderId });

    const { order, payment, charge } = await table().records(orderId);
    expect(order.status).to.equal("CANCELLED");
    expect(payment).to.include({ status: "VOIDED", gateway: "stripe", refundedMinor: 2_000 });
    expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    expect(charge).to.deep.equal({ tries: 0, charges: 0, refunds: 0 });
  });

  it("marks no order as refunded while Stripe's key is missing", async () => {
    stripe.configure("stripe");
    const orderId = await completeAndCancel();

    stripe.configure("simulated");
    const error = await runWorkflow({ orderId }).catch((error: Error) => error);
    const { order, payment } = await table().records(orderId);
    stripe.configure("simulated with a key");
    await runWorkflow({ orderId });

    expect(error).to.include({ name: "GatewayError" });
    expect((error as Error).message).to.match(/made through stripe, but this function is configured for simulated/);
    expect([order.status, payment?.status]).to.deep.equal(["COMPLETED", "VOIDING"]);
    expect((await table().records(orderId)).order.status).to.equal("CANCELLED");
    expect(stripe.double.refunds).to.equal(1);
  });

  it("leaves refunds of simulated charges to the simulated gateway", async () => {
    stripe.configure("simulated");
    const orderId = await completeAndCancel();

    stripe.configure("stripe");
    await runWorkflow({ orderId });

    const { payment, charge } = await table().records(orderId);
    expect(payment).to.include({ status: "VOIDED", gateway: "simulated", refundedMinor: 2_000 });
    expect(charge).to.include({ charges: 1, refunds: 1 });
    expect(stripe.double.requests).to.deep.equal([]);
  });

  it("lets the gateway that started a charge finish it, once", async () => {
    const orderId = await chargeWithoutResponse();

    stripe.configure("simulated with a key");
    await runWorkflow({ orderId });

    const { order, charge } = await table().records(orderId);
    expect(order.status).to.equal("COMPLETED");
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });

  it("makes one of two concurrent functions retry, and finish the charge with the other's gateway", async () => {
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runSteps(orderId, "BeginOrder", "ReserveStock");

    stripe.configure("simulated with a key");
    await interruptAtCall(
      1,
      () => chargeAndLoseResponse(orderId),
      async () => expect(await stepError(orderId, "ChargePayment")).to.equal("Busy"),
    );
    await runSteps(orderId, "ChargePayment", "CompleteOrder");

    const { payment, charge } = await table().records(orderId);
    expect(payment).to.include({ status: "CHARGED", gateway: "stripe" });
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });

  it("refunds records without a gateway by the form of their payment id", async () => {
    stripe.configure("stripe");
    const withStripe = await completeAndCancel();
    stripe.configure("simulated with a key");
    const simulated = await completeAndCancel();
    for (const orderId of [withStripe, simulated]) await removeGateway(orderId);

    await runWorkflow({ orderId: withStripe });
    stripe.configure("stripe");
    await runWorkflow({ orderId: simulated });

    expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    expect((await table().records(simulated)).charge).to.include({ charges: 1, refunds: 1 });
  });

  it("finishes charges without a recorded gateway by the form of their payment id", async () => {
    const orderId = await chargeWithoutResponse();
    await removeGateway(orderId);

    stripe.configure("simulated with a key");
    await runWorkflow({ orderId });

    const { order, payment, charge } = await table().records(orderId);
    expect([order.status, payment?.gateway]).to.deep.equal(["COMPLETED", "stripe"]);
    expect([stripe.double.charges, charge.charges]).to.deep.equal([1, 0]);
  });
});

/** Makes a payment record look like those from before gateways were recorded. */
async function removeGateway(orderId: string): Promise<void> {
  const record = { TableName: db.table, Key: partKey(orderId, "PAYMENT") };
  await db.client.send(new UpdateItemCommand({ ...record, UpdateExpression: "REMOVE gateway" }));
}
