import type { FailureReason } from "../../../domain/failure-reasons.ts";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { type FaultPlan, FORWARD_STEPS, type Step, UNDOING_STEPS } from "../../support/faults.ts";

/** One way of an order through the workflow, and what is there in the end. */
export interface Scenario {
  way: string;
  /** What the customer pays with. Without any, the payment is approved. */
  paymentMethod?: string;
  /** Set where there is too little stock. */
  soldOut?: true;
  faults?: FaultPlan;
  /** Set where it mostly waits for time-outs. */
  waits?: true;
  /** What others do meanwhile. */
  meanwhile?: (order: PlacedOrder) => Promise<unknown>;
  /** Statuses after PENDING. */
  path: OrderStatus[];
  reason?: FailureReason;
  charges: 0 | 1;
  refunds: 0 | 1;
}

/** What others can do with an order that was placed. */
export interface PlacedOrder {
  /** Waits until the order has the status. */
  becomes(status: OrderStatus): Promise<unknown>;
  /** Waits until the workflow pauses at a step, in so many executions. */
  paused(step: Step, executions?: number): Promise<unknown>;
  resume(step: Step): void;
  /** Asks to cancel it, which is answered with this status code. */
  cancel(answer?: 202 | 409): Promise<void>;
  /** Says that it is shipped, or delivered. */
  set(status: "SHIPPED" | "DELIVERED"): Promise<void>;
  /** Starts its workflow by hand, and waits until that ends. */
  startByHand(): Promise<void>;
  /** Has the queue deliver the message that it was placed once more, and waits until that is done. */
  deliverAgain(): Promise<void>;
}

const COMPLETED = { path: ["PROCESSING", "COMPLETED"], charges: 1, refunds: 0 } satisfies Partial<Scenario>;
const DECLINED = {
  paymentMethod: "pm_card_chargeDeclined",
  path: ["PROCESSING", "FAILED"],
  reason: "PAYMENT_DECLINED",
  charges: 0,
  refunds: 0,
} satisfies Partial<Scenario>;
const CANCELLED = { path: ["PROCESSING", "CANCELLED"], charges: 0, refunds: 0 } satisfies Partial<Scenario>;

/** Every way through the workflow. docs/architecture.md has them as a table. */
export const SCENARIOS: Scenario[] = [...payments(), ...crashes(), ...hangs(), ...cancels(), ...repetitions()];

function payments(): Scenario[] {
  const failed = { path: ["PROCESSING", "FAILED"], charges: 0, refunds: 0 } satisfies Partial<Scenario>;
  return [
    { way: "approved", ...COMPLETED },
    { way: "declined", ...DECLINED },
    {
      way: "insufficient funds",
      paymentMethod: "pm_card_chargeDeclinedInsufficientFunds",
      ...failed,
      reason: "INSUFFICIENT_FUNDS",
    },
    { way: "out of stock", soldOut: true, ...failed, reason: "OUT_OF_STOCK" },
    { way: "two gateway errors, then approved", paymentMethod: "pm_simulated_error_2", ...COMPLETED },
    {
      way: "permanent gateway errors",
      paymentMethod: "pm_simulated_error_always",
      ...failed,
      reason: "PAYMENT_UNAVAILABLE",
    },
    {
      way: "the gateway never responds",
      paymentMethod: "pm_simulated_timeout",
      waits: true,
      ...failed,
      reason: "PAYMENT_UNAVAILABLE",
    },
    {
      way: "the gateway charges, but its response is lost",
      paymentMethod: "pm_simulated_timeout_after_charge",
      ...COMPLETED,
    },
  ];
}

function hangs(): Scenario[] {
  const hang = (step: Step, outcome: Omit<Scenario, "way">): Scenario => ({
    way: `${step} times out after its effect`,
    faults: { [step]: "hang after" },
    waits: true,
    ...outcome,
  });
  return [...FORWARD_STEPS.map((step) => hang(step, COMPLETED)), ...UNDOING_STEPS.map((step) => hang(step, DECLINED))];
}

function crashes(): Scenario[] {
  const each = (step: Step, outcome: Pick<Scenario, "path" | "charges" | "refunds">) =>
    (["before", "after"] as const).map(
      (when): Scenario => ({
        way: `${step} crashes ${when} its effect`,
        faults: { [step]: `crash ${when}` },
        ...outcome,
      }),
    );
  return [
    ...FORWARD_STEPS.flatMap((step) => each(step, COMPLETED)),
    ...UNDOING_STEPS.flatMap((step) => each(step, DECLINED)),
    {
      way: "charge-payment crashes before the gateway charges",
      paymentMethod: "pm_simulated_crash_before_charge",
      ...COMPLETED,
    },
    {
      way: "charge-payment crashes after the gateway has charged",
      paymentMethod: "pm_simulated_crash_after_charge",
      ...COMPLETED,
    },
    {
      way: "reserve-stock crashes on every attempt, after its effect",
      faults: { "reserve-stock": "always crash after" },
      path: ["PROCESSING", "FAILED"],
      reason: "INTERNAL",
      charges: 0,
      refunds: 0,
    },
    {
      way: "complete-order crashes on every attempt",
      faults: { "complete-order": "always crash before" },
      path: ["PROCESSING", "FAILED"],
      reason: "INTERNAL",
      charges: 1,
      refunds: 1,
    },
  ];
}

function cancels(): Scenario[] {
  const during = (step: Step, when: "before" | "after", outcome: Pick<Scenario, "path" | "charges" | "refunds">) => ({
    way: `cancelled during ${step}, ${when} its effect`,
    faults: { [step]: `pause ${when}` } as FaultPlan,
    meanwhile: async (order: PlacedOrder) => {
      await order.paused(step);
      await order.cancel();
      order.resume(step);
    },
    ...outcome,
  });
  return [
    during("begin-order", "before", { path: ["CANCELLED"], charges: 0, refunds: 0 }),
    during("begin-order", "after", CANCELLED),
    during("reserve-stock", "before", CANCELLED),
    during("reserve-stock", "after", CANCELLED),
    during("charge-payment", "before", CANCELLED),
    during("charge-payment", "after", { ...CANCELLED, charges: 1, refunds: 1 }),
    during("complete-order", "before", { ...CANCELLED, charges: 1, refunds: 1 }),
    {
      ...during("release-stock", "before", CANCELLED),
      way: "cancelled while a declined order is being undone",
      paymentMethod: DECLINED.paymentMethod,
    },
    {
      way: "cancelled once COMPLETED",
      meanwhile: async (order) => {
        await order.becomes("COMPLETED");
        await order.cancel();
      },
      path: ["PROCESSING", "COMPLETED", "CANCELLED"],
      charges: 1,
      refunds: 1,
    },
    {
      way: "cancelled once SHIPPED: refused with 409",
      meanwhile: async (order) => {
        await order.becomes("COMPLETED");
        await order.set("SHIPPED");
        await order.cancel(409);
      },
      ...COMPLETED,
      path: ["PROCESSING", "COMPLETED", "SHIPPED"],
    },
    {
      way: "cancelled once FAILED: refused with 409",
      meanwhile: async (order) => {
        await order.becomes("FAILED");
        await order.cancel(409);
      },
      ...DECLINED,
    },
  ];
}

function repetitions(): Scenario[] {
  const byHand = (outcome: Omit<Scenario, "way">, arrive?: (order: PlacedOrder) => Promise<void>): Scenario => ({
    way: `started by hand once ${outcome.path.at(-1)}`,
    ...outcome,
    meanwhile: async (order) => {
      await arrive?.(order);
      await order.becomes(outcome.path.at(-1) as OrderStatus);
      await order.startByHand();
    },
  });
  const twoAtOnce = (step: Step, state: string, outcome: Omit<Scenario, "way">): Scenario => ({
    way: `two concurrent executions of an order that is ${state}`,
    faults: { [step]: "pause before" },
    meanwhile: async (order) => {
      await order.paused(step);
      const second = order.startByHand();
      await order.paused(step, 2);
      order.resume(step);
      await second;
    },
    ...outcome,
  });
  return [
    {
      way: "the queue delivers its message twice",
      meanwhile: (order) => order.deliverAgain(),
      ...COMPLETED,
    },
    twoAtOnce("begin-order", "PENDING", COMPLETED),
    twoAtOnce("charge-payment", "PROCESSING", COMPLETED),
    twoAtOnce("charge-payment", "to be declined", DECLINED),
    byHand(COMPLETED),
    byHand({ ...COMPLETED, path: ["PROCESSING", "COMPLETED", "SHIPPED"] }, async (order) => {
      await order.becomes("COMPLETED");
      await order.set("SHIPPED");
    }),
    byHand({ ...COMPLETED, path: ["PROCESSING", "COMPLETED", "SHIPPED", "DELIVERED"] }, async (order) => {
      await order.becomes("COMPLETED");
      await order.set("SHIPPED");
      await order.set("DELIVERED");
    }),
    byHand(DECLINED),
    byHand({ path: ["PROCESSING", "COMPLETED", "CANCELLED"], charges: 1, refunds: 1 }, async (order) => {
      await order.becomes("COMPLETED");
      await order.cancel();
    }),
  ];
}
