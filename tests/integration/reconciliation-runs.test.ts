import type { Context } from "aws-lambda";
import { expect } from "chai";
import { before, beforeEach, describe, it } from "mocha";
import { handler } from "../../handlers/reconcile-payments.ts";
import { useLocalTable } from "../support/in-process.ts";
import { metricsIn, useCapturedLogs } from "../support/logs.ts";
import { plantPayment, TOTAL_MINOR } from "../support/planted-payments.ts";
import { useStripeDouble } from "../support/stripe-double.ts";

const HOUR_MS = 3_600_000;
const LISTS = ["GET /v1/payment_intents", "GET /v1/refunds", "GET /v1/disputes"];

describe("A run of the reconciliation", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();
  const printed = useCapturedLogs();

  before(() => {
    process.env.LIST_SHARDS = "1";
  });

  beforeEach(async () => {
    stripe.configure("stripe");
    await table().renew();
  });

  const plant = (plan?: Parameters<typeof plantPayment>[2]) =>
    plantPayment(table(), { double: stripe.double, stack: "orders/test" }, plan);

  const lastHours = (hours: number) => ({ from: Date.now() - hours * HOUR_MS, to: Date.now() });

  it("that has no time left leaves the rest to the next one, which then begins anew", async () => {
    const old = await plant({ order: null, hoursAgo: 3 });
    const recent = await plant({ order: null, hoursAgo: 0.5 });
    const left = [1, 1, 900].map((seconds) => ({ getRemainingTimeInMillis: () => 1_000 * seconds }) as Context);

    const found: string[][] = [];
    for (const context of left) {
      const { differences } = await handler({ days: 1 }, context);
      found.push(differences.map(({ orderId }) => orderId));
    }
    const { rest } = await handler({ days: 7 }, left[0]);
    await handler({ days: 1 }, left[0]);
    const { rest: anew } = await handler({ days: 1 }, left[0]);

    expect(found).to.deep.equal([[recent.orderId], [], [old.orderId]]);
    // Of each schedule.
    expect((rest?.to ?? 0) - (rest?.from ?? 0)).to.equal((7 * 24 - 1) * HOUR_MS);
    expect((anew?.to ?? 0) - (anew?.from ?? 0)).to.equal(22 * HOUR_MS);
    expect(metricsIn(printed()).PaymentsUnreconciled).to.be.above(0);
  });

  it("reads all pages of Stripe's lists, and all refunds of a payment", async () => {
    for (let count = 1; count <= 101; count++)
      await plant({ order: null, intent: { metadata: { stack: "orders/other" } } });
    const { orderId, intentId } = await plant();
    for (let count = 1; count <= 12; count++) stripe.double.moneyBack.add(intentId, 10, "succeeded");

    const { differences, entered } = await handler(lastHours(3));

    expect(differences).to.deep.equal([]);
    expect(entered).to.equal(12);
    expect((await table().records(orderId)).payment?.events).to.have.lengthOf(13);
  });

  it("tells a difference once, though the payment was begun in one hour and refunded in another", async () => {
    const { orderId, intentId } = await plant({ order: null });
    stripe.double.moneyBack.add(intentId, 10, "succeeded").created = Math.floor(Date.now() / 1_000) - 3_600;

    const { differences } = await handler(lastHours(3));

    const amounts = { currency: "USD", oursMinor: 0, theirsMinor: TOTAL_MINOR - 10 };
    const kind = "CHARGE_WITHOUT_ORDER";
    expect(differences).to.deep.equal([{ kind, orderId, providerId: intentId, ...amounts }]);
  });

  it("asks Stripe for one page of each list, and for nothing else, when all is well", async () => {
    for (let count = 1; count <= 20; count++) await plant();

    const result = await handler(lastHours(3));

    expect(result).to.deep.equal({ differences: [], entered: 0 });
    expect(stripe.double.requests).to.deep.equal([...LISTS, ...LISTS, ...LISTS]);
  });

  it("asks Stripe five times a second at most", async () => {
    const start = performance.now();

    await handler(lastHours(3));

    expect(performance.now() - start).to.be.above((9 - 1) * 190);
  });

  it("enters two failed refunds of one order, which parks it once", async () => {
    const { orderId, intentId } = await plant();
    stripe.double.moneyBack.add(intentId, 500, "failed");
    stripe.double.moneyBack.add(intentId, 700, "failed");

    const { entered } = await handler(lastHours(3));

    const { order, payment } = await table().records(orderId);
    expect(entered).to.equal(2);
    expect(order.attention?.reason).to.equal("REFUND_REFUSED");
    expect(payment?.events).to.have.lengthOf(3);
  });

  it("fails while Stripe doesn't answer, and compares everything the next time", async () => {
    const { intentId, orderId } = await plant();
    stripe.double.moneyBack.add(intentId, TOTAL_MINOR, "succeeded");
    stripe.double.isBusy = true;
    const failed = await handler(lastHours(3)).catch(({ name }) => name);
    stripe.double.isBusy = false;

    const { entered } = await handler(lastHours(3));

    expect(failed).to.equal("Busy");
    expect(entered).to.equal(1);
    expect((await table().records(orderId)).events.map(({ type }) => type)).to.deep.equal(["OrderRefunded"]);
  });

  it("of no time at all compares nothing", async () => {
    expect(await handler({ from: Date.now() - 1_000, to: Date.now() })).to.deep.equal({ differences: [], entered: 0 });
    expect(stripe.double.requests).to.deep.equal([]);
  });
});
