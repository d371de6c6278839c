import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../domain/failure.ts";
import type { ActionRequired, Decline } from "../domain/payment.ts";
import { moveCharge, recordTries } from "../store/simulated-charges.ts";
import { refundPart, refundsOf } from "../store/simulated-refunds.ts";
import type { OrdersTable } from "../store/table.ts";
import { type PaymentGateway, RESPONSE_TIMEOUT_MS } from "./port.ts";

/** How the provider reacts to a charge. By default, it charges. */
interface Behaviour {
  declines?: Decline;
  /** The customer's bank asks them. They answer by another test value. */
  asks?: true;
  /** How many attempts fail with a provider error before one charges. */
  errors?: number;
  /** The response is lost: `before` the charge, on every attempt; or `after` it, on the attempt that charged. */
  hangs?: "before" | "after";
  /** Our own process dies: `before` the charge, on the first attempt; or `after` it, on the attempt that charged. */
  crashes?: "before" | "after";
  /** A charge is never refunded. */
  refusesRefund?: true;
}

/** What each test value makes the provider do. `docs/payments.md` has the same table. */
const TEST_VALUES: Readonly<Record<string, Behaviour>> = {
  pm_card_visa: {},
  pm_card_chargeDeclined: { declines: "PAYMENT_DECLINED" },
  pm_card_chargeDeclinedInsufficientFunds: { declines: "INSUFFICIENT_FUNDS" },
  pm_card_authenticationRequired: { asks: true },
  pm_simulated_bank_passed: {},
  pm_simulated_bank_refused: { declines: "PAYMENT_DECLINED" },
  pm_simulated_error_always: { errors: Number.POSITIVE_INFINITY },
  pm_simulated_timeout: { hangs: "before" },
  pm_simulated_timeout_after_charge: { hangs: "after" },
  pm_simulated_crash_before_charge: { crashes: "before" },
  pm_simulated_crash_after_charge: { crashes: "after" },
  pm_simulated_refund_refused: { refusesRefund: true },
};

/** A simulated payment provider that moves no money. The order's payment method decides what it does. */
export function simulatedGateway(db: OrdersTable): PaymentGateway {
  return {
    async open({ paymentId }) {
      return { providerId: paymentId };
    },

    async find(paymentId) {
      return paymentId;
    },

    async charge({ providerId, amountMinor, paymentMethod, customerIsPresent }) {
      const { declines, asks, errors = 0, hangs, crashes } = behaviourOf(paymentMethod);
      const { tries } = await recordTries(db, providerId, amountMinor, 1);
      if (declines) return declines;
      if (asks) return customerIsPresent ? question(providerId) : "PAYMENT_DECLINED";
      if (tries <= errors) throw new Failure("GatewayError", "The simulated provider had an error.");
      if (hangs === "before") await loseResponse();
      if (crashes === "before" && tries === 1) process.exit(1);

      if (await moveCharge(db, providerId, "OPEN", "CHARGED", "charges")) {
        if (hangs === "after") await loseResponse();
        if (crashes === "after") process.exit(1);
        return "CHARGED";
      }
      const { status } = await recordTries(db, providerId, amountMinor, 0);
      return status === "CHARGED" ? "CHARGED" : "VOIDED";
    },

    async look({ providerId, paymentMethod }) {
      const { status } = await recordTries(db, providerId, 0, 0);
      if (status !== "OPEN") return status === "CHARGED" ? "CHARGED" : "VOIDED";
      const { declines = "PAYMENT_DECLINED", asks } = behaviourOf(paymentMethod);
      return asks ? question(providerId) : declines;
    },

    async isCharged({ providerId }) {
      return (await recordTries(db, providerId, 0, 0)).status === "CHARGED";
    },

    async void({ providerId, paymentMethod }) {
      await recordTries(db, providerId, 0, 0);
      await moveCharge(db, providerId, "OPEN", "VOIDED");
      if (!behaviourOf(paymentMethod).refusesRefund) {
        await moveCharge(db, providerId, "CHARGED", "REFUNDED", "refunds");
      }
      const { status, amountMinor } = await recordTries(db, providerId, 0, 0);
      if (status === "CHARGED") return "REFUSED";
      return { refundedMinor: status === "REFUNDED" ? amountMinor : 0 };
    },

    async refund({ providerId, paymentMethod }, refund) {
      if (behaviourOf(paymentMethod).refusesRefund) return "FAILED";
      const charge = await recordTries(db, providerId, 0, 0);
      return (await refundPart(db, providerId, charge, refund)) ? "SUCCEEDED" : "FAILED";
    },

    refunds: ({ providerId }) => refundsOf(db, providerId),
  };
}

function behaviourOf(paymentMethod = "pm_card_visa"): Behaviour {
  const [, errors] = /^pm_simulated_error_(\d+)$/.exec(paymentMethod) ?? [];
  if (errors !== undefined) return { errors: Number(errors) };
  // A misspelt test value, or a card that a page of Stripe's took: only Stripe can charge it.
  const isRefused = /^(pm_simulated|ctoken)_/.test(paymentMethod);
  return TEST_VALUES[paymentMethod] ?? (isRefused ? { declines: "PAYMENT_DECLINED" } : {});
}

function question(providerId: string): ActionRequired {
  return { clientSecret: `simulated_${providerId}` };
}

/** A response that never arrives, as seen from our side. */
async function loseResponse(): Promise<never> {
  await sleep(RESPONSE_TIMEOUT_MS);
  throw new Failure("GatewayError", `The simulated provider did not respond within ${RESPONSE_TIMEOUT_MS} ms.`);
}
