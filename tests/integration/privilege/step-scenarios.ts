import { expect } from "chai";
import { db } from "../../../handlers/lib/db.ts";
import { readFulfilment } from "../../../store/fulfilment.ts";
import { beginCharge, keepProviderId } from "../../../store/payments.ts";
import { placeDirectly, requestCancel } from "../../support/fulfilment.ts";
import { run } from "../../support/steps.ts";
import type { STEPS } from "../../support/workflow.ts";
import type { Scenario, Scenarios } from "./scenario.ts";

/** An order for which these steps are done comes to this outcome. */
function after(steps: (keyof typeof STEPS)[], outcome: string): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await run(orderId, ...steps);
    expect(await call({ orderId, correlationId: id })).to.include({ outcome });
  };
}

/** What the steps of the workflow are there for. */
export const STEP_SCENARIOS: Scenarios = {
  "begin-order": {
    "begins a new order": after([], "begun"),
    "sees one that is under way": after(["BeginOrder"], "seen"),
  },
  "reserve-stock": {
    "takes the stock": after(["BeginOrder"], "reserved"),
    "took it before": after(["BeginOrder", "ReserveStock"], "reserved before"),
  },
  "charge-payment": {
    charges: after(["BeginOrder", "ReserveStock"], "charged"),
    "charged before": after(["BeginOrder", "ReserveStock", "ChargePayment"], "charged before"),
  },
  "complete-order": {
    completes: after(["BeginOrder", "ReserveStock", "ChargePayment"], "completed"),
  },
  "refund-payment": {
    "refunds what was charged": after(["BeginOrder", "ReserveStock", "ChargePayment"], "refunded"),
    "forbids to charge where nothing was": after(["BeginOrder"], "voided"),
  },
  "release-stock": {
    "gives back what was taken": after(["BeginOrder", "ReserveStock", "RefundPayment"], "released"),
    "forbids to take anything where nothing was": after(["BeginOrder", "RefundPayment"], "nothing to release"),
  },
  "end-order": {
    "fails an order": after(["BeginOrder", "RefundPayment", "ReleaseStock"], "failed"),
    "cancels one": async ({ call, id }) => {
      const orderId = await placeDirectly({ PLENTY: 1 });
      await requestCancel(orderId);
      await run(orderId, "RefundPayment", "ReleaseStock");
      expect(await call({ orderId, correlationId: id })).to.include({ outcome: "cancelled" });
    },
  },
};

/** The error that a call ends with, after these steps and what else is done. */
function failsWith(
  steps: (keyof typeof STEPS)[],
  name: string,
  prepare: (orderId: string) => Promise<void> = async () => {},
): Scenario {
  return async ({ call, id }) => {
    const orderId = await placeDirectly({ PLENTY: 1 });
    await run(orderId, ...steps);
    await prepare(orderId);
    const error: Error = await call({ orderId, correlationId: id }).catch((error: Error) => error);
    expect(`${error.name}: ${error.message}`).to.match(new RegExp(`^${name}: `));
  };
}

/** A key that no request can carry: whoever reads it fails in Stripe's client, before anything leaves this machine. */
export const USELESS_STRIPE_KEY = "sk_test_\n";

/** What the steps that pay do with Stripe, as far as its client. */
export const STRIPE_SCENARIOS: Scenarios = {
  "charge-payment": {
    "asks Stripe": failsWith(["BeginOrder", "ReserveStock"], "GatewayError"),
  },
  "refund-payment": {
    "asks Stripe": failsWith(["BeginOrder", "ReserveStock"], "GatewayError", async (orderId) => {
      const { order } = await readFulfilment(db, orderId);
      await beginCharge(db, order, "stripe");
      await keepProviderId(db, orderId, "pi_1");
    }),
  },
};
