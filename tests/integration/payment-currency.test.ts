import { expect } from "chai";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { placeDirectly, requestCancel, useLocalTable } from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { runWorkflow } from "../support/workflow.ts";

/** An order of two units, by currency: their price, the total in minor units, and what Stripe is asked for. */
const CASES = [
  ["USD", 29.99, 5_998, "5998 usd"],
  ["JPY", 2_999, 5_998, "5998 jpy"],
  ["KWD", 29.99, 59_980, "59980 kwd"],
  ["ISK", 2_999, 5_998, "599800 isk"],
  ["MGA", 2_999, 599_800, "5998 mga"],
] as const;

/** The shop's currency, from the price to the refund. */
describe("Payments in a currency", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();

  const sell = async (currency: string, price: number) => {
    process.env.CURRENCY = currency;
    const body = { name: "Mug", price, stock: 100 };
    return putProduct({ pathParameters: { productId: "MUG" }, body });
  };

  beforeEach("renew the table", () => table().renew());
  after("restore the currency", () => {
    process.env.CURRENCY = "USD";
  });

  for (const [currency, price, totalMinor, amount] of CASES) {
    it(`are charged and refunded in ${currency}, by Stripe as ${amount}`, async () => {
      stripe.configure("stripe");
      await sell(currency, price);
      const orderId = await placeDirectly({ MUG: 2 });

      await runWorkflow({ orderId });
      const paid = await table().records(orderId);
      await requestCancel(orderId);
      await runWorkflow({ orderId });

      const { order, payment } = await table().records(orderId);
      expect(paid.order).to.include({ status: "COMPLETED", totalMinor, currency });
      expect(order.status).to.equal("CANCELLED");
      expect(payment).to.include({ status: "VOIDED", refundedMinor: totalMinor });
      expect(stripe.double.amounts).to.deep.equal([amount]);
      expect(stripe.double).to.include({ charges: 1, refunds: 1 });
    });

    it(`are simulated in ${currency}`, async () => {
      stripe.configure("simulated");
      await sell(currency, price);
      const orderId = await placeDirectly({ MUG: 2 });

      await runWorkflow({ orderId });
      await requestCancel(orderId);
      await runWorkflow({ orderId });

      const { payment, charge } = await table().records(orderId);
      expect(payment).to.include({ status: "VOIDED", refundedMinor: totalMinor });
      expect(charge).to.include({ amountMinor: totalMinor, charges: 1, refunds: 1 });
    });
  }

  it("keep the currency in which the order was placed", async () => {
    stripe.configure("stripe");
    await sell("JPY", 2_999);
    const orderId = await placeDirectly({ MUG: 2 });

    process.env.CURRENCY = "EUR";
    await runWorkflow({ orderId });

    expect(stripe.double.amounts).to.deep.equal(["5998 jpy"]);
  });

  it("are refused as prices where Stripe can't charge them, and only there", async () => {
    stripe.configure("stripe");
    const refused = await sell("KWD", 1.235);
    stripe.configure("simulated");
    const accepted = await sell("KWD", 1.235);

    expect(refused.statusCode).to.equal(400);
    expect(JSON.parse(refused.body).errors).to.deep.equal([
      { pointer: "/price", detail: "Stripe charges only multiples of 0.01 KWD, but the price is 1.235." },
    ]);
    expect(accepted.statusCode).to.equal(201);
  });

  it("are declined where Stripe can't charge the total of prices from before", async () => {
    stripe.configure("simulated");
    await sell("KWD", 1.235);
    const orderId = await placeDirectly({ MUG: 1 });

    stripe.configure("stripe");
    await runWorkflow({ orderId });

    const { order } = await table().records(orderId);
    expect(order).to.include({ status: "FAILED", failureReason: "PAYMENT_DECLINED" });
    expect(stripe.double.amounts).to.deep.equal([]);
  });
});
