import { Lambda } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { PaymentEvent } from "../../domain/payment-event.ts";
import { ledgerOf } from "../../domain/payment-ledger.ts";
import type { DifferenceKind } from "../../domain/reconciliation.ts";
import type { Reconciliation } from "../../handlers/reconcile-payments.ts";
import { plantPayment, TOTAL_MINOR } from "../support/planted-payments.ts";
import { orders, ordersJson } from "../support/run-cli.ts";
import { serveStripe } from "../support/serve-stripe.ts";
import { useLocalStack } from "../support/stack.ts";
import { StripeDouble } from "../support/stripe-double.ts";
import { TestTable } from "../support/table.ts";

const STRIPE = { paymentGateway: "stripe", stripeSecretKey: "sk_test_1", stripePublishableKey: "pk_test_1" };

/** All that is planted happened within these hours. */
const HOURS = 4;

const AT = new Date(Date.now() - 3_600_000).toISOString();

describe("Reconciliation", () => {
  const stack = useLocalStack(STRIPE);
  const double = new StripeDouble();
  /** What has to be found: kinds by order. */
  const planted = new Map<string, DifferenceKind>();
  /** Orders by what Stripe didn't report of them. */
  const unreported = new Map<"refund" | "failed refund" | "dispute", string>();

  before("plant differences, and let the function call a double of Stripe", async () => {
    await plantDifferences();
    await plantNoDifferences();
    await serveStripe(double, ["reconcile-payments"], stack());
  });

  const table = () => TestTable.of(stack());
  const plant = (plan?: Parameters<typeof plantPayment>[2]) =>
    plantPayment(table(), { double, stack: `orders/${stack().stage}` }, plan);

  async function plantDifferences(): Promise<void> {
    const charged = charge(TOTAL_MINOR);
    const lost = await plant({ order: null });
    planted.set(lost.orderId, "CHARGE_WITHOUT_ORDER");
    const twice = await plant();
    double.plant({
      metadata: { orderId: twice.orderId, stack: `orders/${stack().stage}` },
      created: secondsAgo(7_000),
    });
    planted.set(twice.orderId, "CHARGE_OF_ANOTHER_PAYMENT");
    planted.set((await plant({ payment: null })).orderId, "CHARGE_OF_ANOTHER_PAYMENT");
    const undone = await plant({ order: { status: "FAILED" }, payment: { status: "VOIDED", events: [] } });
    planted.set(undone.orderId, "CHARGE_NOT_RECORDED");
    const canceled = { intent: { status: "canceled", amount_received: 0, latest_charge: null } };
    planted.set((await plant(canceled)).orderId, "CHARGE_NOT_MADE");
    planted.set((await plant({ intent: null })).orderId, "CHARGE_NOT_MADE");
    planted.set((await plant({ intent: { amount_received: 2_000 } })).orderId, "CHARGE_DIFFERS");
    planted.set((await plant({ payment: { events: [charged, refund("r1", 500)] } })).orderId, "REFUNDS_DIFFER");
    planted.set((await plant({ payment: { events: [charged, DISPUTE] } })).orderId, "DISPUTES_DIFFER");

    // Weeks after the order was placed.
    const refunded = await plant({ hoursAgo: 24 * 30 });
    double.moneyBack.add(refunded.intentId, 500, "succeeded").created = secondsAgo(3_600);
    unreported.set("refund", refunded.orderId);
    const failed = await plant({ payment: { events: [charged, refund("r2", 700)] } });
    double.moneyBack.add(failed.intentId, 700, "failed", "r2");
    unreported.set("failed refund", failed.orderId);
    const disputed = await plant();
    double.moneyBack.dispute(disputed.intentId, TOTAL_MINOR, "needs_response");
    unreported.set("dispute", disputed.orderId);
  }

  async function plantNoDifferences(): Promise<void> {
    const charged = charge(TOTAL_MINOR);
    await plant();
    // Of another stack, and of none.
    for (const stack of ["orders/another", undefined])
      double.plant({ metadata: { orderId: "an order", ...(stack && { stack }) }, created: secondsAgo(7_200) });
    // Refunded, as the check says, since there is no order.
    const settled = await plant({ order: null });
    double.moneyBack.add(settled.intentId, TOTAL_MINOR, "succeeded");
    // Young, or still under way.
    await plant({ order: null, hoursAgo: 0.1 });
    await plant({ order: { status: "PROCESSING" }, payment: { status: "CHARGING", events: [] } });
    await plant({ order: { updatedAt: new Date().toISOString() }, payment: { status: "VOIDED", events: [] } });
    // Cancelled, by this version and by 0.1; declined.
    for (const events of [[charged, refund("r3", TOTAL_MINOR)], []]) {
      const payment = { status: "VOIDED", refundedMinor: TOTAL_MINOR, events } as const;
      const cancelled = await plant({ order: { status: "CANCELLED" }, payment });
      double.moneyBack.add(cancelled.intentId, TOTAL_MINOR, "succeeded", events.length > 0 ? "r3" : undefined);
    }
    const declined = { status: "requires_payment_method", amount_received: 0, latest_charge: null };
    await plant({ order: { status: "FAILED" }, payment: { status: "VOIDED", events: [] }, intent: declined });
    // A refund that waits for its turn, and a charge that was simulated before the gateway was switched.
    await plant({ payment: { events: [charged, { ...refund("r4", 100), state: "PENDING" }] } });
    await plant({ payment: { gateway: "simulated" }, intent: null });
    // Begun later than its order was placed, in another hour.
    await plant({ hoursAgo: 3, intent: { created: secondsAgo(5_000) } });
  }

  async function reconcile(): Promise<Reconciliation> {
    const to = Date.now();
    const Payload = JSON.stringify({ from: to - HOURS * 3_600_000, to });
    const FunctionName = stack().output("reconcilePaymentsFunction");
    const { FunctionError, Payload: result } = await new Lambda(stack().awsClient).invoke({ FunctionName, Payload });
    const text = new TextDecoder().decode(result);
    if (FunctionError) throw new Error(text);
    return JSON.parse(text);
  }

  it("finds each of twelve planted differences, and nothing else, and enters those that the ledger can take", async () => {
    const { differences, entered, rest } = await reconcile();

    expect(Object.fromEntries(differences.map(({ orderId, kind }) => [orderId, kind]))).to.deep.equal(
      Object.fromEntries(planted),
    );
    expect(differences).to.have.lengthOf(planted.size);
    // And the refund of 0.1, of which it recorded the amount only.
    expect(entered).to.equal(unreported.size + 1);
    expect(rest).to.equal(undefined);
    const read = (what: "refund" | "failed refund" | "dispute") => table().records(unreported.get(what) ?? "");
    const [refunded, failed, disputed] = [await read("refund"), await read("failed refund"), await read("dispute")];
    expect(ledgerOf(refunded.payment).refundedMinor).to.equal(500);
    expect(refunded.events.map(({ type }) => type)).to.deep.equal(["OrderRefunded"]);
    expect(ledgerOf(failed.payment).refundedMinor).to.equal(0);
    expect(failed.order.attention?.reason).to.equal("REFUND_REFUSED");
    expect(ledgerOf(disputed.payment).disputedMinor).to.equal(TOTAL_MINOR);
    expect(disputed.order.attention?.reason).to.equal("DISPUTED");
    for (const { payment } of [refunded, failed, disputed])
      expect(payment?.events?.at(-1)?.source).to.equal("reconciliation");
  });

  it("enters nothing twice", async () => {
    const { differences, entered } = await reconcile();

    expect(differences).to.have.lengthOf(planted.size);
    expect(entered).to.equal(0);
  });

  it("is told by payments check, which says what to do about each difference", async () => {
    const { output, exitCode } = await orders(stack(), ["payments", "check", "--since", `${HOURS}h`]);

    expect(exitCode).to.equal(1);
    for (const orderId of planted.keys()) expect(output).to.include(orderId);
    expect(output).to.match(/Stripe keeps 30\.00 USD, but there is no such order\. .*refund the payment in Stripe's/);
    expect(output).to.match(new RegExp(`\\n${planted.size} differences\\.\\n$`));
  });

  it("goes back day by day as far as payments check is asked to", async () => {
    const { orderId } = await plant({ order: null, hoursAgo: 26 });

    const { output } = await orders(stack(), ["payments", "check", "--since", "27h"]);

    expect(output)
      .to.include(orderId)
      .and.to.include(`${planted.size + 1} differences.`);
    expect(output).to.match(/^Compared back to \d{4}-.*Z …$/m);
  });

  it("is told by payments check that all is well", async () => {
    const agreed = await ordersJson(stack(), ["payments", "check", "--since", "20m"]);

    expect(agreed).to.deep.equal({ differences: [], entered: 0 });
  });
});

const DISPUTE: PaymentEvent = {
  ...{ id: "dp_gone.OPEN", kind: "DISPUTE", objectId: "dp_gone", state: "OPEN", amountMinor: TOTAL_MINOR },
  ...{ at: AT, source: "webhook" },
};

function charge(amountMinor: number): PaymentEvent {
  const event = { id: "CHARGE.SUCCEEDED", kind: "CHARGE", objectId: "order", state: "SUCCEEDED" } as const;
  return { ...event, amountMinor, at: AT, source: "call" };
}

function refund(refundId: string, amountMinor: number): PaymentEvent & { kind: "REFUND" } {
  const event = { id: `${refundId}.SUCCEEDED`, kind: "REFUND", objectId: refundId, state: "SUCCEEDED" } as const;
  return { ...event, amountMinor, at: AT, source: "call" };
}

function secondsAgo(seconds: number): number {
  return Math.floor(Date.now() / 1_000) - seconds;
}
