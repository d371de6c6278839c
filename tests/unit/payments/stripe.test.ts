import { expect } from "chai";
import fc from "fast-check";
import type Stripe from "stripe";
import type { Failure } from "../../../domain/failure.ts";
import type { PaymentGateway } from "../../../payments/port.ts";
import { stripeGateway } from "../../../payments/stripe.ts";
import { StripeDouble } from "../../support/stripe-double.ts";

const PAYMENT = {
  paymentId: "order-1",
  amountMinor: 10_997,
  currency: "USD",
  paymentMethod: "pm_card_visa",
  customerIsPresent: true,
};
const ASKS = "pm_card_authenticationRequired";

/** What a call returned, or the name of its error. */
const outcomeOf = (work: Promise<unknown>) => work.catch(({ name }: Error) => name);

describe("Paying through Stripe", () => {
  let stripe: StripeDouble;
  let gateway: ReturnType<typeof stripeGateway>;

  beforeEach(() => {
    stripe = new StripeDouble();
    gateway = stripeGateway(stripe.client(), { stack: "orders/test" });
  });

  const open = (changes: object = {}, at = gateway) => openedPayment(at, { ...PAYMENT, ...changes });

  it("opens a payment once, charges it once, and refunds it once", async () => {
    const opened = [await gateway.open(PAYMENT), await gateway.open(PAYMENT)];
    const payment = await open();

    const charged = [await gateway.charge(payment), await gateway.charge(payment)];
    const isCharged = await gateway.isCharged(payment);
    const refunded = [await gateway.void(payment), await gateway.void(payment)];

    expect(opened).to.deep.equal([{ providerId: "pi_1" }, { providerId: "pi_1" }]);
    expect(charged).to.deep.equal(["CHARGED", "CHARGED"]);
    expect([isCharged, await gateway.isCharged(payment)]).to.deep.equal([true, false]);
    expect(refunded).to.deep.equal([{ refundedMinor: 10_997 }, { refundedMinor: 10_997 }]);
    expect(stripe).to.include({ charges: 1, refunds: 1 });
  });

  it("refunds a part once, even if Stripe has forgotten its key, and then what is left", async () => {
    const payment = await open();
    await gateway.charge(payment);
    const part = { refundId: "refund-1", amountMinor: 997 };

    const states = [await gateway.refund(payment, part), await gateway.refund(payment, part)];
    stripe.dayPasses();
    states.push(await gateway.refund(payment, part));
    const tooMuch = await gateway.refund(payment, { refundId: "refund-2", amountMinor: 10_001 });
    await gateway.void(payment);

    expect(states).to.deep.equal(Array(3).fill("SUCCEEDED"));
    expect(tooMuch).to.equal("FAILED");
    const made = (await gateway.refunds(payment)).map(({ refundId, amountMinor }) => [refundId, amountMinor]);
    expect(made).to.deep.equal([
      ["re_2", 10_000],
      ["refund-1", 997],
    ]);
  });

  it("throws GatewayError while nobody knows whether a part was refunded, and Busy for the rate limit", async () => {
    const payment = await open();
    await gateway.charge(payment);
    const part = { refundId: "refund-1", amountMinor: 997 };
    stripe.beforeResponse = (request) => {
      if (request === "POST /v1/refunds") throw new Error("The connection broke.");
    };
    const lost = await outcomeOf(gateway.refund(payment, part));
    stripe.isBusy = true;
    const busy = await outcomeOf(gateway.refund(payment, part));
    stripe.isBusy = false;

    expect([lost, busy, await gateway.refund(payment, part)]).to.deep.equal(["GatewayError", "Busy", "SUCCEEDED"]);
    expect(stripe.refunds).to.equal(1);
  });

  for (const [paymentMethod, name] of [
    ["pm_card_chargeDeclined", "PAYMENT_DECLINED"],
    ["pm_card_chargeDeclinedInsufficientFunds", "INSUFFICIENT_FUNDS"],
  ] as const) {
    it(`says ${name} for ${paymentMethod}, on every attempt`, async () => {
      const payment = await open({ paymentMethod });

      const names = [await outcomeOf(gateway.charge(payment)), await outcomeOf(gateway.charge(payment))];

      expect(names).to.deep.equal([name, name]);
      expect(await gateway.isCharged(payment)).to.equal(false);
      expect(await gateway.void(payment)).to.deep.equal({ refundedMinor: 0 });
      expect(stripe.charges).to.equal(0);
    });
  }

  it("treats payments that Stripe can never accept as declined", async () => {
    const { paymentMethod: _paymentMethod, ...without } = PAYMENT;
    const tried = [without, { ...PAYMENT, paymentMethod: "pm_unknown" }];

    const opened = await gateway.open({ ...PAYMENT, amountMinor: 100_000_000 });
    const providerId = "providerId" in (await gateway.open(PAYMENT)) ? "pi_1" : "";
    const charged = await Promise.all(tried.map((payment) => outcomeOf(gateway.charge({ ...payment, providerId }))));

    expect(opened).to.deep.equal({ declined: "PAYMENT_DECLINED" });
    expect(charged).to.deep.equal(["PAYMENT_DECLINED", "PAYMENT_DECLINED"]);
  });

  it("tells how to ask the customer's bank, and what came of that", async () => {
    const results = [];
    for (const passes of [true, false]) {
      const payment = await open({ paymentMethod: ASKS, paymentId: `order-${passes}` });
      results.push(await gateway.charge(payment), await gateway.look(payment));
      stripe.answerBank(passes);
      results.push(await gateway.look(payment));
    }

    const [first, second] = ["pi_1_secret", "pi_2_secret"].map((clientSecret) => ({ clientSecret }));
    expect(results).to.deep.equal([first, first, "CHARGED", second, second, "PAYMENT_DECLINED"]);
    expect(stripe.charges).to.equal(1);
  });

  it("declines a card whose bank asks a customer who isn't present", async () => {
    const payment = await open({ paymentMethod: ASKS, customerIsPresent: false });

    expect(await gateway.charge(payment)).to.equal("PAYMENT_DECLINED");
  });

  it("tries another payment method on the same intent, after a decline, but not while the bank asks", async () => {
    const tryWith = async (paymentMethod: string) => gateway.charge(await open({ paymentMethod }));

    const results = [await tryWith("pm_card_chargeDeclined"), await tryWith(ASKS), await tryWith("pm_card_visa")];
    stripe.answerBank(false);
    results.push(await tryWith("pm_card_visa"), await tryWith("pm_card_chargeDeclined"));

    const asked = { clientSecret: "pi_1_secret" };
    expect(results).to.deep.equal(["PAYMENT_DECLINED", asked, asked, "CHARGED", "CHARGED"]);
    expect(stripe.charges).to.equal(1);
  });

  it("charges by a ConfirmationToken, once, also if the response was lost", async () => {
    const payment = await open({ paymentMethod: stripe.confirmationToken("pm_card_visa") });
    stripe.beforeResponse = () => {
      throw new Error("The connection broke.");
    };
    const lost = await outcomeOf(gateway.charge(payment));
    stripe.beforeResponse = () => undefined;

    expect([lost, await gateway.charge(payment)]).to.deep.equal(["GatewayError", "CHARGED"]);
    expect(stripe.charges).to.equal(1);
  });

  it("declines a ConfirmationToken that is used or too old, so that the customer chooses again", async () => {
    const used = stripe.confirmationToken("pm_card_chargeDeclined");
    const first = await open({ paymentMethod: used });

    const results = [await gateway.charge(first), await gateway.charge(first)];
    results.push(await gateway.charge(await open({ paymentId: "order-2", paymentMethod: "ctoken_old" })));

    expect(results).to.deep.equal(Array(3).fill("PAYMENT_DECLINED"));
  });

  it("opens a payment again that version 0.1 opened with its payment method", async () => {
    const { paymentMethod, paymentId, amountMinor } = PAYMENT;
    const old = { amount: amountMinor, currency: "usd", payment_method: paymentMethod };
    await stripe.client().paymentIntents.create(old, { idempotencyKey: `order-${paymentId}` });

    const payment = await open();

    expect(await gateway.charge(payment)).to.equal("CHARGED");
  });

  it("doesn't decline a good card because of a key for the other mode, and says that it is our own fault", async () => {
    stripe.isWrongKey = true;

    const error = await gateway.charge(await open()).catch((error: Failure) => error);

    expect(error).to.include({ name: "GatewayError", isOurs: true });
  });

  it("throws GatewayError for every unclear response, and can be retried", async () => {
    const payment = await open();
    stripe.beforeResponse = () => {
      throw new Error("The connection broke.");
    };
    const calls = [gateway.open(PAYMENT), gateway.charge(payment), gateway.isCharged(payment)];
    const names = await Promise.all(calls.map(outcomeOf));
    stripe.beforeResponse = () => undefined;
    await gateway.charge(payment);

    expect(names).to.deep.equal(["GatewayError", "GatewayError", "GatewayError"]);
    expect(stripe.charges).to.equal(1);
  });

  it("throws Busy when Stripe refuses for its rate limit, also refunds, and can be retried", async () => {
    const payment = await open();
    await gateway.charge(payment);
    stripe.isBusy = true;
    const another = { ...PAYMENT, paymentId: "order-2" };
    const calls = [gateway.open(another), gateway.charge(payment), gateway.isCharged(payment), gateway.void(payment)];
    const names = await Promise.all([...calls, gateway.find(PAYMENT.paymentId)].map(outcomeOf));
    stripe.isBusy = false;

    expect(names).to.deep.equal(Array(5).fill("Busy"));
    expect(await gateway.void(payment)).to.deep.equal({ refundedMinor: PAYMENT.amountMinor });
  });

  it("retries with a new key if Stripe repeats an error to the payment's key, and charges one of the intents", async () => {
    stripe.errors = 1;
    const names = [await outcomeOf(gateway.open(PAYMENT)), await outcomeOf(gateway.open(PAYMENT))];
    await gateway.charge(await open());

    expect(names).to.deep.equal(["GatewayError", { providerId: "pi_2" }]);
    expect(stripe.charges).to.equal(1);
  });

  it("doesn't itself retry a new error of Stripe's", async () => {
    stripe.errors = 2;

    const names = [await outcomeOf(gateway.open(PAYMENT)), await outcomeOf(gateway.open(PAYMENT))];

    expect(names).to.deep.equal(["GatewayError", "GatewayError"]);
    expect(stripe.requests).to.have.length(3);
  });

  it("finds an order's payment whose key has expired, the charged one first", async () => {
    const providerIds: string[] = [];
    for (let day = 1; day <= 3; day++) {
      providerIds.push((await open()).providerId);
      stripe.dayPasses();
    }
    const [, providerId = ""] = providerIds;
    await gateway.charge({ ...PAYMENT, providerId });

    expect(new Set(providerIds)).to.have.property("size", 3);
    expect(await gateway.find(PAYMENT.paymentId)).to.equal(providerId);
    expect(await gateway.find("order-2")).to.equal(undefined);
  });

  it("finds the voided one before unused ones", async () => {
    const payment = await open();
    await gateway.void(payment);
    stripe.dayPasses();
    await open();
    stripe.dayPasses();

    expect(await gateway.find(PAYMENT.paymentId)).to.equal(payment.providerId);
  });

  it("times out after 3 seconds", async () => {
    const start = performance.now();
    stripe.beforeResponse = () => new Promise(() => {});

    expect(await outcomeOf(gateway.open(PAYMENT))).to.equal("GatewayError");
    expect(performance.now() - start).to.be.within(2_900, 6_000);
  });

  it("never charges a voided payment or keeps its charge, in any order of calls, with any response lost", async () => {
    const calls = fc.array(fc.constantFrom("charge", "void"), { maxLength: 8 });
    const rule = fc.asyncProperty(calls, fc.infiniteStream(fc.boolean()), async (calls, isLost) => {
      const stripe = new StripeDouble();
      const gateway = stripeGateway(stripe.client(), { stack: "orders/test" });
      const payment = await open({}, gateway);
      stripe.beforeResponse = () => {
        if (isLost.next().value) throw new Error("The answer is lost.");
      };

      await Promise.all(
        calls.map((kind) => outcomeOf(kind === "charge" ? gateway.charge(payment) : gateway.void(payment))),
      );
      stripe.beforeResponse = () => undefined;
      const voided = await gateway.void(payment);

      expect(stripe.charges).to.be.at.most(1);
      expect(stripe.refunds).to.equal(stripe.charges);
      expect(voided).to.deep.equal({ refundedMinor: stripe.charges * PAYMENT.amountMinor });
      const before = stripe.charges;
      expect(await outcomeOf(gateway.charge(payment))).to.equal("VOIDED");
      expect(stripe.charges).to.equal(before);
    });
    await fc.assert(rule);
  });

  for (const refusal of ["failed", "invalid"] as const) {
    it(`says that a refund is refused for good when it is ${refusal}, but not that of a disputed charge`, async () => {
      const payment = await open();
      await gateway.charge(payment);
      stripe.refundRefusal = refusal;
      const refused = await gateway.void(payment);
      stripe.refundRefusal = undefined;
      stripe.isDisputed = true;

      expect(refused).to.equal("REFUSED");
      expect(await gateway.isCharged(payment)).to.equal(true);
      expect(await gateway.void(payment)).to.deep.equal({ refundedMinor: 0, isDisputed: true });
    });
  }

  it("does not report our own errors as the provider's", async () => {
    const broken = { paymentIntents: { create: () => Promise.reject(new TypeError("ours")) } } as unknown as Stripe;

    expect(await outcomeOf(stripeGateway(broken, { stack: "orders/test" }).open(PAYMENT))).to.equal("TypeError");
  });
});

/** Opens a payment that Stripe accepts. */
async function openedPayment(gateway: PaymentGateway, payment: typeof PAYMENT) {
  const opened = await gateway.open(payment);
  if ("declined" in opened) throw new Error(`Stripe declined the payment: ${opened.declined}.`);
  return { ...payment, ...opened };
}
