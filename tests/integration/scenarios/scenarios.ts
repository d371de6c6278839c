import type { FailureReason } from "../../../domain/failure-reasons.ts";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { COMPENSATING_STEPS, type FaultPlan, FORWARD_STEPS, type Step } from "../../support/step-faults.ts";

/** A path of an order through the workflow, and its result. */
export interface Scenario {
  title: string;
  /** By default, one that is approved. */
  paymentMethod?: string;
  /** Set if a customer places the order, who can answer their bank and try other cards. By default, the back office does. */
  atStorefront?: true;
  /** Set if the product sells out meanwhile. */
  soldOut?: true;
  faults?: FaultPlan;
  /** Set if the scenario mostly waits for time-outs. */
  waits?: true;
  /** Set if its first executions give up. */
  givesUp?: true;
  /** Actions of the back office and others while the workflow runs. */
  actions?: (order: PlacedOrder) => Promise<unknown>;
  /** Statuses after PENDING. */
  path: OrderStatus[];
  reason?: FailureReason;
  charges: 0 | 1;
  refunds: 0 | 1;
}

/** Actions on a placed order. */
export interface PlacedOrder {
  /** Waits until the order has a status. */
  becomes(status: OrderStatus): Promise<unknown>;
  /** Waits until a step is paused, in this many executions. */
  paused(step: Step, executions?: number): Promise<unknown>;
  resume(step: Step): void;
  /** Requests the cancellation. @param expected - The response's status. */
  cancel(expected?: 202 | 409): Promise<void>;
  /** Marks the order as shipped or delivered. */
  set(status: "SHIPPED" | "DELIVERED"): Promise<void>;
  /** Waits until the order waits for its customer, who then pays by another method, or answers their bank by a test value. */
  awaited(
    status: "ACTION_REQUIRED" | "PAYMENT_METHOD_REQUIRED",
    triesLeft: number,
    paymentMethod?: string,
  ): Promise<void>;
  /** Takes away the stock of its product, as other orders would. */
  sellOut(): Promise<void>;
  /** Waits until the gateway has been asked to charge. */
  tried(): Promise<unknown>;
  /** Lets the order's deadline come. */
  expire(): Promise<void>;
  /** Waits until the workflow has given up, and ends the faults. */
  gaveUp(): Promise<void>;
  /** Starts another execution, as the sweeper does, and waits until it has ended. */
  startByHand(): Promise<void>;
  /** Sends the order's first event to the queue again. */
  redeliver(): Promise<void>;
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

/** All scenarios of the workflow. docs/reliability.md has them as a table. */
export const SCENARIOS: Scenario[] = [
  ...payments(),
  ...customers(),
  ...crashes(),
  ...timeouts(),
  ...cancellations(),
  ...repeatedExecutions(),
];

function payments(): Scenario[] {
  const failed = { path: ["PROCESSING", "FAILED"], charges: 0, refunds: 0 } satisfies Partial<Scenario>;
  return [
    { title: "approved", ...COMPLETED },
    { title: "declined", ...DECLINED },
    {
      title: "insufficient funds",
      paymentMethod: "pm_card_chargeDeclinedInsufficientFunds",
      ...failed,
      reason: "INSUFFICIENT_FUNDS",
    },
    {
      title: "out of stock",
      soldOut: true,
      faults: { "begin-order": "pause before" },
      actions: async (order) => {
        await order.paused("begin-order");
        await order.sellOut();
        order.resume("begin-order");
      },
      ...failed,
      reason: "OUT_OF_STOCK",
    },
    { title: "two gateway errors, then approved", paymentMethod: "pm_simulated_error_2", ...COMPLETED },
    {
      title: "gateway errors until the deadline",
      paymentMethod: "pm_simulated_error_always",
      actions: untilDeadline,
      ...failed,
      reason: "UNAVAILABLE",
    },
    {
      title: "the gateway doesn't respond until the deadline",
      paymentMethod: "pm_simulated_timeout",
      waits: true,
      actions: untilDeadline,
      ...failed,
      reason: "UNAVAILABLE",
    },
    {
      title: "the gateway charges, but its response is lost",
      paymentMethod: "pm_simulated_timeout_after_charge",
      ...COMPLETED,
    },
  ];
}

/** Orders that wait for their customers. */
function customers(): Scenario[] {
  const declined = { atStorefront: true, paymentMethod: "pm_card_chargeDeclined" } as const;
  const asked = { atStorefront: true, paymentMethod: "pm_card_authenticationRequired" } as const;
  return [
    {
      title: "declined, then paid by another card",
      ...declined,
      actions: (order) => order.awaited("PAYMENT_METHOD_REQUIRED", 4, "pm_card_visa"),
      ...COMPLETED,
    },
    {
      title: "each card that the customer may try is declined",
      ...declined,
      async actions(order) {
        for (let left = 4; left > 0; left--)
          await order.awaited("PAYMENT_METHOD_REQUIRED", left, declined.paymentMethod);
      },
      ...DECLINED,
      ...declined,
    },
    {
      title: "the bank asks the customer, who passes",
      ...asked,
      actions: (order) => order.awaited("ACTION_REQUIRED", 4, "pm_simulated_bank_passed"),
      ...COMPLETED,
    },
    {
      title: "the bank asks the customer, who refuses, and pays by another card",
      ...asked,
      async actions(order) {
        await order.awaited("ACTION_REQUIRED", 4, "pm_simulated_bank_refused");
        await order.awaited("PAYMENT_METHOD_REQUIRED", 3, "pm_card_visa");
      },
      ...COMPLETED,
    },
    {
      title: "cancelled while the bank asks the customer",
      ...asked,
      async actions(order) {
        await order.awaited("ACTION_REQUIRED", 4);
        await order.cancel();
      },
      ...CANCELLED,
    },
  ];
}

function timeouts(): Scenario[] {
  const hang = (step: Step, outcome: Omit<Scenario, "title">): Scenario => ({
    title: `${step} times out after its effect`,
    faults: { [step]: "hang after" },
    waits: true,
    ...outcome,
  });
  return [
    ...FORWARD_STEPS.map((step) => hang(step, COMPLETED)),
    ...COMPENSATING_STEPS.map((step) => hang(step, DECLINED)),
  ];
}

function crashes(): Scenario[] {
  const each = (step: Step, outcome: Pick<Scenario, "path" | "charges" | "refunds">) =>
    (["before", "after"] as const).map(
      (when): Scenario => ({
        title: `${step} crashes ${when} its effect`,
        faults: { [step]: `crash ${when}` },
        ...outcome,
      }),
    );
  return [
    ...FORWARD_STEPS.flatMap((step) => each(step, COMPLETED)),
    ...COMPENSATING_STEPS.flatMap((step) => each(step, DECLINED)),
    {
      title: "charge-payment crashes before the gateway charges",
      paymentMethod: "pm_simulated_crash_before_charge",
      ...COMPLETED,
    },
    {
      title: "charge-payment crashes after the gateway has charged",
      paymentMethod: "pm_simulated_crash_after_charge",
      ...COMPLETED,
    },
    everyTime("reserve-stock", "after", COMPLETED),
    everyTime("complete-order", "before", COMPLETED),
    everyTime("release-stock", "after", DECLINED),
  ];
}

/** Crashes of every attempt, until the workflow gives up; then the cause is gone, and the sweeper goes on. */
function everyTime(step: Step, when: "before" | "after", outcome: Omit<Scenario, "title">): Scenario {
  return {
    title: `${step} crashes on every attempt, ${when} its effect, until the cause is gone`,
    faults: { [step]: `always crash ${when}` } as FaultPlan,
    waits: true,
    givesUp: true,
    actions: async (order) => {
      await order.gaveUp();
      await order.startByHand();
    },
    ...outcome,
  };
}

async function untilDeadline(order: PlacedOrder): Promise<void> {
  await order.tried();
  await order.expire();
  await order.startByHand();
}

function cancellations(): Scenario[] {
  const during = (step: Step, when: "before" | "after", outcome: Pick<Scenario, "path" | "charges" | "refunds">) => ({
    title: `cancelled during ${step}, ${when} its effect`,
    faults: { [step]: `pause ${when}` } as FaultPlan,
    actions: async (order: PlacedOrder) => {
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
      title: "cancelled while a declined order is being undone",
      paymentMethod: DECLINED.paymentMethod,
    },
    {
      title: "cancelled once COMPLETED",
      actions: async (order) => {
        await order.becomes("COMPLETED");
        await order.cancel();
      },
      path: ["PROCESSING", "COMPLETED", "CANCELLED"],
      charges: 1,
      refunds: 1,
    },
    {
      title: "cancelled once SHIPPED: refused with 409",
      actions: async (order) => {
        await order.becomes("COMPLETED");
        await order.set("SHIPPED");
        await order.cancel(409);
      },
      ...COMPLETED,
      path: ["PROCESSING", "COMPLETED", "SHIPPED"],
    },
    {
      title: "cancelled once FAILED: refused with 409",
      actions: async (order) => {
        await order.becomes("FAILED");
        await order.cancel(409);
      },
      ...DECLINED,
    },
  ];
}

function repeatedExecutions(): Scenario[] {
  const byHand = (outcome: Omit<Scenario, "title">, prepare?: (order: PlacedOrder) => Promise<void>): Scenario => ({
    title: `started by hand once ${outcome.path.at(-1)}`,
    ...outcome,
    actions: async (order) => {
      await prepare?.(order);
      await order.becomes(outcome.path.at(-1) as OrderStatus);
      await order.startByHand();
    },
  });
  const twoAtOnce = (step: Step, state: string, outcome: Omit<Scenario, "title">): Scenario => ({
    title: `two concurrent executions of an order that is ${state}`,
    faults: { [step]: "pause before" },
    actions: async (order) => {
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
      title: "the queue delivers its message twice",
      actions: (order) => order.redeliver(),
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
