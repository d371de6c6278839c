import { expect } from "chai";
import { stripeGateway } from "../../payments/stripe.ts";
import { StripeDouble } from "../support/stripe-double.ts";
import { type StripeMock, startStripeMock } from "./stripe-mock.ts";

/**
 * stripe-mock knows the shape of every request, but no states; our double knows the states. So each request goes to
 * both: stripe-mock has to accept it, and the double answers.
 */
describe("What we ask Stripe", () => {
  let mock: StripeMock | undefined;

  before("start stripe-mock", async () => {
    mock = await startStripeMock();
  });

  after("stop stripe-mock", () => mock?.stop());

  it("is what its API takes, on every way through a payment", async () => {
    const stripe = new StripeDouble();
    const gateway = stripeGateway(stripe.client(mock?.endpoint));
    const payment = { paymentId: "order-1", amountMinor: 10_997, currency: "USD", paymentMethod: "pm_card_visa" };

    const kept = await gateway.open(payment);
    await gateway.charge({ ...payment, providerId: kept });
    await gateway.charge({ ...payment, providerId: kept });
    await gateway.void(kept);
    const given = await gateway.open({ ...payment, paymentId: "order-2" });
    await gateway.void(given);
    stripe.minutePasses();
    const found = await gateway.find("order-2");

    expect(found).to.equal(given);
    expect(stripe).to.include({ charges: 1, refunds: 1 });
    expect(new Set(stripe.requests)).to.deep.equal(
      new Set([
        "POST /v1/payment_intents",
        "POST /v1/payment_intents/pi_1/confirm",
        "GET /v1/payment_intents/pi_1",
        "POST /v1/payment_intents/pi_1/cancel",
        "POST /v1/refunds",
        "POST /v1/payment_intents/pi_2/cancel",
        "GET /v1/payment_intents/search",
      ]),
    );
  });

  it("would be refused if it was wrong", async () => {
    const stripe = new StripeDouble();
    const gateway = stripeGateway(stripe.client(mock?.endpoint));
    const payment = { paymentId: "order-1", amountMinor: Number.NaN, currency: "USD", paymentMethod: "pm_card_visa" };

    const error = await gateway.open(payment).catch((error: Error) => error);

    expect(error).to.be.an("error").with.property("name", "GatewayError");
  });
});
