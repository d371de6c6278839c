import { expect } from "chai";
import { placeDirectly, requestCancel, stockProducts, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { runSteps, runWorkflow, STEPS } from "../support/workflow.ts";

describe("An order that is cancelled after the customer disputed its charge", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  it("becomes CANCELLED without a refund, and its payment is recorded as disputed", async () => {
    stripe.configure("stripe");
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runWorkflow({ orderId });
    await requestCancel(orderId);
    stripe.double.isDisputed = true;

    const { outcome } = await STEPS.RefundPayment({ orderId });
    await runSteps(orderId, "ReleaseStock", "EndOrder");

    const { order, payment } = await table().records(orderId);
    expect(outcome).to.equal("DISPUTED");
    expect(order.status).to.equal("CANCELLED");
    expect(payment).to.include({ status: "VOIDED", refundedMinor: 0, isDisputed: true });
  });
});
