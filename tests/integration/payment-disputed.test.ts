import { expect } from "chai";
import { placeDirectly, requestCancel, stockProducts, storyOf } from "../support/fulfilment.ts";
import { run } from "../support/steps.ts";
import { useStripe } from "../support/stripe-of-handlers.ts";
import { useTable } from "../support/table.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";

describe("When an order is cancelled whose charge the customer disputes", () => {
  const table = useTable();
  const stripe = useStripe();

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  it("it ends, and its record and the log say that the bank has the money", async () => {
    stripe.deploy("stripe");
    const orderId = await placeDirectly({ PLENTY: 2 });
    await runWorkflow({ orderId });
    await requestCancel(orderId);
    stripe.double.isDisputed = true;

    const { outcome } = await STEPS.RefundPayment({ orderId });
    await run(orderId, "ReleaseStock", "EndOrder");

    const { order, payment } = storyOf(orderId, await table().items());
    expect(outcome).to.equal("disputed");
    expect(order.status).to.equal("CANCELLED");
    expect(payment).to.include({ status: "VOIDED", refundedMinor: 0, isDisputed: true });
  });
});
