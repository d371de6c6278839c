import { expect } from "chai";
import { ledgerOf } from "../../../domain/payment-ledger.ts";
import { plantPayment } from "../../support/planted-payments.ts";
import type { Context, Scenarios } from "./scenario.ts";
import { STRIPE } from "./webhook-scenarios.ts";

const HOUR_MS = 3_600_000;

/** Plants an order that was paid two hours ago. */
function paid({ table, stack }: Context) {
  return plantPayment(table, { double: STRIPE, stack: `orders/${stack.stage}` });
}

/** Compares the hour in which it was paid. */
function reconcile({ call }: Context): Promise<unknown> {
  const from = Date.now() - 2.5 * HOUR_MS;
  return call({ from, to: from + HOUR_MS });
}

/** Everything that comes of comparing payments. */
export const RECONCILIATION_SCENARIOS: Scenarios = {
  "reconcile-payments": {
    "enters a refund made at Stripe": async (context) => {
      const { orderId, intentId } = await paid(context);
      STRIPE.moneyBack.add(intentId, 100, "succeeded");
      await reconcile(context);
      expect(ledgerOf((await context.table.records(orderId)).payment).refundedMinor).to.equal(100);
    },
    "parks a disputed order": async (context) => {
      const { orderId, intentId } = await paid(context);
      STRIPE.moneyBack.dispute(intentId, 100, "needs_response");
      await reconcile(context);
      expect((await context.table.records(orderId)).order.attention?.reason).to.equal("DISPUTED");
    },
  },
};
