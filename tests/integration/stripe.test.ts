import { expect } from "chai";
import { stripeGateway } from "../../payments/stripe.ts";
import { StripePayments } from "../../payments/stripe-payments.ts";
import { disputesOf, ownerOf, undeliveredEvents } from "../../payments/stripe-webhooks.ts";
import { StripeDouble } from "../support/stripe-double.ts";
import { type StripeMock, startStripeMock } from "../support/stripe-mock.ts";

/**
 * stripe-mock validates every request but has no state, which our double has. Each request goes to both: stripe-mock must
 * accept it, and the double responds.
 */
describe("Requests to Stripe", () => {
  let mock: StripeMock | undefined;

  before("start stripe-mock", async () => {
    mock = await startStripeMock();
  });

  after("stop stripe-mock", () => mock?.stop());

  it("are valid in every path of a payment", async () => {
    const stripe = new StripeDouble();
    const gateway = stripeGateway(stripe.client(mock?.endpoint), { stack: "orders/test" });
    const payment = { paymentId: "order-1", amountMinor: 10_997, currency: "USD", paymentMethod: "pm_card_visa" };

    expect(await gateway.open(payment)).to.deep.equal({ providerId: "pi_1" });
    const charged = { ...payment, providerId: "pi_1" };
    await gateway.charge(charged);
    await gateway.charge(charged);
    await gateway.isCharged(charged);
    await gateway.refund(charged, { refundId: "refund-1", amountMinor: 997 });
    await gateway.void(charged);
    await gateway.refunds(charged);
    expect(await gateway.open({ ...payment, paymentId: "order-2" })).to.deep.equal({ providerId: "pi_2" });
    await gateway.void({ ...payment, paymentId: "order-2", providerId: "pi_2" });
    stripe.minutePasses();
    const found = await gateway.find("order-2");

    expect(found).to.equal("pi_2");
    expect(stripe).to.include({ charges: 1, refunds: 2 });
    expect(new Set(stripe.requests)).to.deep.equal(
      new Set([
        "POST /v1/payment_intents",
        "POST /v1/payment_intents/pi_1/confirm",
        "GET /v1/payment_intents/pi_1",
        "POST /v1/payment_intents/pi_1/cancel",
        "POST /v1/refunds",
        "GET /v1/refunds",
        "POST /v1/payment_intents/pi_2/cancel",
        "GET /v1/payment_intents/search",
      ]),
    );
  });

  it("are valid when the customer is present: by a ConfirmationToken, by a card whose bank asks, and to look again", async () => {
    const stripe = new StripeDouble();
    const gateway = stripeGateway(stripe.client(mock?.endpoint), {
      stack: "orders/test",
      siteUrl: "https://shop.example.com",
    });
    const payment = { paymentId: "order-1", amountMinor: 10_997, currency: "USD", customerIsPresent: true };
    const providerId = "pi_1";
    await gateway.open(payment);

    const results = [
      await gateway.charge({ ...payment, providerId, paymentMethod: "pm_card_authenticationRequired" }),
      await gateway.look({ ...payment, providerId }),
    ];
    stripe.answerBank(false);
    const paymentMethod = stripe.confirmationToken("pm_card_visa");
    results.push(await gateway.charge({ ...payment, providerId, paymentMethod }));

    const asked = { clientSecret: "pi_1_secret" };
    expect(results).to.deep.equal([asked, asked, "CHARGED"]);
  });

  it("are valid when reports and lost reports are read, and payments compared", async () => {
    const stripe = new StripeDouble();
    const client = stripe.client(mock?.endpoint);
    const intentId = stripe.plant({ metadata: { orderId: "order-1", stack: "orders/test" }, created: 1_000 });
    stripe.moneyBack.dispute(intentId, 3_000, "lost");
    for (let count = 1; count <= 11; count++) stripe.moneyBack.add(intentId, 10, "succeeded");
    const payments = new StripePayments(client, "orders/test", async () => {});

    const owner = await ownerOf(client, intentId);
    const disputes = await disputesOf(client, intentId, "USD");
    const compared = [];
    for await (const page of payments.during({ from: 0, to: Date.now() + 1_000 })) compared.push(...page);
    const found = await payments.find(intentId);
    const undelivered = [];
    for await (const event of undeliveredEvents(client, 0)) undelivered.push(event);

    expect(owner).to.deep.equal({ orderId: "order-1", stack: "orders/test" });
    expect(disputes.map(({ state }) => state)).to.deep.equal(["LOST"]);
    // As begun, by each of its refunds, and as disputed.
    expect(compared).to.have.lengthOf(13);
    for (const each of compared) expect(each).to.deep.equal(found);
    expect(found).to.deep.include({ providerId: "pi_1", orderId: "order-1", chargedMinor: 3_000 });
    expect(found?.refunds).to.have.lengthOf(11);
    expect(undelivered).to.deep.equal([]);
  });

  it("are rejected if they are invalid", async () => {
    const stripe = new StripeDouble();
    const client = stripe.client(mock?.endpoint);

    const creation = client.paymentIntents.create({ amount: Number.NaN, currency: "usd" });

    const error = await creation.catch((error: Error) => error);
    expect(error)
      .to.be.an("error")
      .with.nested.property("detail.message")
      .that.matches(/^POST \/v1\/payment_intents: /);
  });
});
