import { expect } from "chai";
import fc from "fast-check";
import type Stripe from "stripe";
import { stripeGateway } from "../../../payments/stripe.ts";
import { StripeDouble } from "../../support/stripe-double.ts";

const PAYMENT = { paymentId: "order-1", amountMinor: 10_997, currency: "USD", paymentMethod: "pm_card_visa" };

const nameOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    ({ name }: Error) => name,
  );

describe("Paying through Stripe", () => {
  let stripe: StripeDouble;
  let gateway: ReturnType<typeof stripeGateway>;

  beforeEach(() => {
    stripe = new StripeDouble();
    gateway = stripeGateway(stripe.client());
  });

  it("opens a payment once, charges it once, and refunds it once", async () => {
    const opened = [await gateway.open(PAYMENT), await gateway.open(PAYMENT)];
    const [providerId = ""] = opened;
    const payment = { ...PAYMENT, providerId };

    await gateway.charge(payment);
    await gateway.charge(payment);
    const refunded = [await gateway.void(providerId), await gateway.void(providerId)];

    expect(opened).to.deep.equal(["pi_1", "pi_1"]);
    expect(refunded).to.deep.equal([{ refundedMinor: 10_997 }, { refundedMinor: 10_997 }]);
    expect(stripe).to.include({ charges: 1, refunds: 1 });
  });

  for (const [paymentMethod, name] of [
    ["pm_card_chargeDeclined", "PaymentDeclined"],
    ["pm_card_chargeDeclinedInsufficientFunds", "InsufficientFunds"],
  ] as const) {
    it(`fails with ${name} for ${paymentMethod}, on every attempt`, async () => {
      const providerId = await gateway.open({ ...PAYMENT, paymentMethod });
      const payment = { ...PAYMENT, paymentMethod, providerId };

      const names = [await nameOf(gateway.charge(payment)), await nameOf(gateway.charge(payment))];

      expect(names).to.deep.equal([name, name]);
      expect(await gateway.void(providerId)).to.deep.equal({ refundedMinor: 0 });
      expect(stripe.charges).to.equal(0);
    });
  }

  it("treats payments that Stripe can never accept as declined", async () => {
    const { paymentMethod: _paymentMethod, ...without } = PAYMENT;
    const payments = [without, { ...PAYMENT, paymentMethod: "pm_unknown" }, { ...PAYMENT, amountMinor: 100_000_000 }];

    const names = await Promise.all(payments.map((payment) => nameOf(gateway.open(payment))));

    expect(names).to.deep.equal(["PaymentDeclined", "PaymentDeclined", "PaymentDeclined"]);
  });

  it("throws GatewayError for every unclear response, and can be retried", async () => {
    const providerId = await gateway.open(PAYMENT);
    stripe.beforeResponse = () => {
      throw new Error("The connection broke.");
    };
    const names = [await nameOf(gateway.open(PAYMENT)), await nameOf(gateway.charge({ ...PAYMENT, providerId }))];
    stripe.beforeResponse = () => undefined;
    await gateway.charge({ ...PAYMENT, providerId });

    expect(names).to.deep.equal(["GatewayError", "GatewayError"]);
    expect(stripe.charges).to.equal(1);
  });

  it("retries with a new key if Stripe repeats an error to the payment's key, and charges one of the intents", async () => {
    stripe.errors = 1;
    const names = [await nameOf(gateway.open(PAYMENT)), await nameOf(gateway.open(PAYMENT))];
    const providerId = await gateway.open(PAYMENT);
    await gateway.charge({ ...PAYMENT, providerId });

    expect(names).to.deep.equal(["GatewayError", "done"]);
    expect(stripe.charges).to.equal(1);
  });

  it("doesn't itself retry a new error of Stripe's", async () => {
    stripe.errors = 2;

    const names = [await nameOf(gateway.open(PAYMENT)), await nameOf(gateway.open(PAYMENT))];

    expect(names).to.deep.equal(["GatewayError", "GatewayError"]);
    expect(stripe.requests).to.have.length(3);
  });

  it("finds an order's payment whose key has expired, the charged one first", async () => {
    const providerIds: string[] = [];
    for (let day = 1; day <= 3; day++) {
      providerIds.push(await gateway.open(PAYMENT));
      stripe.dayPasses();
    }
    const [, providerId = ""] = providerIds;
    await gateway.charge({ ...PAYMENT, providerId });

    expect(new Set(providerIds)).to.have.property("size", 3);
    expect(await gateway.find(PAYMENT.paymentId)).to.equal(providerId);
    expect(await gateway.find("order-2")).to.equal(undefined);
  });

  it("finds the voided one before unused ones", async () => {
    const providerId = await gateway.open(PAYMENT);
    await gateway.void(providerId);
    stripe.dayPasses();
    await gateway.open(PAYMENT);
    stripe.dayPasses();

    expect(await gateway.find(PAYMENT.paymentId)).to.equal(providerId);
  });

  it("times out after 3 seconds", async () => {
    const start = performance.now();
    stripe.beforeResponse = () => new Promise(() => {});

    expect(await nameOf(gateway.open(PAYMENT))).to.equal("GatewayError");
    expect(performance.now() - start).to.be.within(2_900, 6_000);
  });

  it("never charges a voided payment or keeps its charge, in any order of calls, with any response lost", async () => {
    const calls = fc.array(fc.constantFrom("charge", "void"), { maxLength: 8 });
    const rule = fc.asyncProperty(calls, fc.infiniteStream(fc.boolean()), async (calls, isLost) => {
      const stripe = new StripeDouble();
      const gateway = stripeGateway(stripe.client());
      const providerId = await gateway.open(PAYMENT);
      const payment = { ...PAYMENT, providerId };
      stripe.beforeResponse = () => {
        if (isLost.next().value) throw new Error("The answer is lost.");
      };

      await Promise.all(
        calls.map((kind) => nameOf(kind === "charge" ? gateway.charge(payment) : gateway.void(providerId))),
      );
      stripe.beforeResponse = () => undefined;
      const { refundedMinor } = await gateway.void(providerId);

      expect(stripe.charges).to.be.at.most(1);
      expect(stripe.refunds).to.equal(stripe.charges);
      expect(refundedMinor).to.equal(stripe.charges * PAYMENT.amountMinor);
      const before = stripe.charges;
      expect(await nameOf(gateway.charge(payment))).to.equal("Fenced");
      expect(stripe.charges).to.equal(before);
    });
    await fc.assert(rule);
  });

  it("does not report our own errors as the provider's", async () => {
    const broken = { paymentIntents: { create: () => Promise.reject(new TypeError("ours")) } } as unknown as Stripe;

    expect(await nameOf(stripeGateway(broken).open(PAYMENT))).to.equal("TypeError");
  });
});
