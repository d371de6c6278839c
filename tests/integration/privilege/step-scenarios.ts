import { expect } from "chai";
import { db } from "../../../handlers/lib/db.ts";
import { readFulfilment } from "../../../store/fulfilment.ts";
import { beginCharge, keepProviderId } from "../../../store/payments.ts";
import { placeDirectly, requestCancel, stockProducts } from "../../support/in-process.ts";
import type { STEPS } from "../../support/workflow.ts";
import { runSteps } from "../../support/workflow.ts";
import type { Scenario, Scenarios } from "./scenario.ts";

/** A scenario in which the step returns an outcome, after other steps have run. */
function after(steps: (keyof typeof STEPS)[], outcome: string): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...steps);
    expect(await call({ orderId, correlationId: id })).to.include({ outcome });
  };
}

/** Everything that the workflow's steps do. */
export const STEP_SCENARIOS: Scenarios = {
  "begin-order": {
    "begins a new order": after([], "begun"),
    "finds an order that has begun": after(["BeginOrder"], "seen"),
  },
  "reserve-stock": {
    "reserves stock": after(["BeginOrder"], "reserved"),
    "finds it reserved": after(["BeginOrder", "ReserveStock"], "reserved before"),
    "finds it sold out": async ({ call, id, table }) => {
      await stockProducts({ RARE: 1 });
      const orderId = await placeDirectly({ RARE: 1 });
      await runSteps(orderId, "BeginOrder");
      await table.sellOut("RARE");
      const error: Error = await call({ orderId, correlationId: id }).catch((error: Error) => error);
      expect(error.name).to.equal("OutOfStock");
    },
  },
  "charge-payment": {
    charges: after(["BeginOrder", "ReserveStock"], "charged"),
    "finds it charged": after(["BeginOrder", "ReserveStock", "ChargePayment"], "charged before"),
  },
  "complete-order": {
    completes: after(["BeginOrder", "ReserveStock", "ChargePayment"], "completed"),
  },
  "refund-payment": {
    "refunds a charge": after(["BeginOrder", "ReserveStock", "ChargePayment"], "refunded"),
    "voids a payment that was not charged": after(["BeginOrder"], "voided"),
  },
  "release-stock": {
    "releases reserved stock": after(["BeginOrder", "ReserveStock", "RefundPayment"], "released"),
    "prevents a later reservation": after(["BeginOrder", "RefundPayment"], "nothing to release"),
  },
  "end-order": {
    "fails an order": after(["BeginOrder", "RefundPayment", "ReleaseStock"], "failed"),
    "cancels an order": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await requestCancel(orderId);
      await runSteps(orderId, "RefundPayment", "ReleaseStock");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "cancelled" });
    },
  },
};

/** A scenario in which the step fails with an error, after other steps and preparations. */
function failsWith(
  steps: (keyof typeof STEPS)[],
  name: string,
  prepare: (orderId: string) => Promise<void> = async () => {},
): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await runSteps(orderId, ...steps);
    await prepare(orderId);
    const error: Error = await call({ orderId, correlationId: id }).catch((error: Error) => error);
    expect(`${error.name}: ${error.message}`).to.match(new RegExp(`^${name}: `));
  };
}

/** A key that can't be sent in a header, so that Stripe's client fails before any request leaves this machine. */
export const USELESS_STRIPE_KEY = "sk_test_\n";

/** What the payment steps do with Stripe, up to Stripe's client. */
export const STRIPE_SCENARIOS: Scenarios = {
  "charge-payment": {
    "calls Stripe": failsWith(["BeginOrder", "ReserveStock"], "GatewayError"),
  },
  "refund-payment": {
    "calls Stripe": failsWith(["BeginOrder", "ReserveStock"], "GatewayError", async (orderId) => {
      const { order } = await readFulfilment(db, orderId);
      await beginCharge(db, order, "stripe");
      await keepProviderId(db, orderId, "pi_1");
    }),
  },
};
