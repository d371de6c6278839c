import { expect } from "chai";
import { db } from "../../../handlers/lib/db.ts";
import { readFulfilment } from "../../../store/fulfilment.ts";
import { beginCharge, keepProviderId } from "../../../store/payments.ts";
import { placeDirectly, requestCancel, stockProducts } from "../../support/in-process.ts";
import type { STEPS } from "../../support/workflow.ts";
import { runSteps, undo } from "../../support/workflow.ts";
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
    "begins a new order": after([], "BEGUN"),
    "finds an order that has begun": after(["BeginOrder"], "SEEN"),
  },
  "reserve-stock": {
    "reserves stock": after(["BeginOrder"], "RESERVED"),
    "finds it reserved": after(["BeginOrder", "ReserveStock"], "RESERVED"),
    "finds it sold out": async ({ call, id, table }) => {
      await stockProducts({ RARE: 1 });
      const orderId = await placeDirectly({ RARE: 1 });
      await runSteps(orderId, "BeginOrder");
      await table.sellOut("RARE");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "OUT_OF_STOCK" });
    },
  },
  "charge-payment": {
    charges: after(["BeginOrder", "ReserveStock"], "CHARGED"),
    "finds it charged": after(["BeginOrder", "ReserveStock", "ChargePayment"], "CHARGED"),
  },
  "complete-order": {
    completes: after(["BeginOrder", "ReserveStock", "ChargePayment"], "COMPLETED"),
  },
  "refund-payment": {
    "refunds a charge": cancelled(["BeginOrder", "ReserveStock", "ChargePayment"], "REFUNDED"),
    "voids a payment that was not charged": cancelled(["BeginOrder"], "VOIDED"),
    "parks an order whose refund is refused for good": cancelled(
      ["BeginOrder", "ReserveStock", "ChargePayment"],
      "PARKED",
      "pm_simulated_refund_refused",
    ),
  },
  "release-stock": {
    "releases reserved stock": cancelled(["BeginOrder", "ReserveStock"], "RELEASED", undefined, "RefundPayment"),
    "prevents a later reservation": cancelled(["BeginOrder"], "NOTHING_RESERVED", undefined, "RefundPayment"),
  },
  "end-order": {
    "fails an order": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await runSteps(orderId, "BeginOrder");
      await undo(orderId, "PAYMENT_DECLINED", "ReleaseStock");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "FAILED" });
    },
    "cancels an order": cancelled([], "CANCELLED", undefined, "RefundPayment", "ReleaseStock"),
  },
};

/** A scenario in which the step returns an outcome, after an order was cancelled between other steps. */
function cancelled(
  before: (keyof typeof STEPS)[],
  outcome: string,
  paymentMethod?: string,
  ...afterwards: (keyof typeof STEPS)[]
): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 }, paymentMethod);
    await runSteps(orderId, ...before);
    await requestCancel(orderId);
    await runSteps(orderId, ...afterwards);
    expect(await call({ orderId, correlationId: id })).to.include({ outcome });
  };
}

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
      await requestCancel(orderId);
    }),
  },
};
