import fc from "fast-check";
import { COMPENSATING_STEPS, FORWARD_STEPS } from "../support/step-faults.ts";
import type { Fault, FaultRule } from "./fault-proxy.ts";

/** The products of a round: two with ample stock, a scarce one, and one whose price changes. */
export const PRODUCTS = [
  { productId: "PLENTY-0", name: "Plenty", price: 10, stock: 100_000 },
  { productId: "PLENTY-1", name: "More", price: 2.5, stock: 100_000 },
  { productId: "SCARCE", name: "Scarce", price: 5, stock: 16 },
  { productId: "REPRICED", name: "Repriced", price: 20, stock: 100_000 },
] as const;

/** A customer's order. */
export interface Placement {
  kind: "place";
  items: { productId: string; quantity: number }[];
  paymentMethod: string;
  /** At the storefront, an order whose card is declined, or whose bank asks, waits for its customer. */
  at: "storefront" | "back office";
  /** Whether the customer gets text messages. */
  hasPhone: boolean;
  /** Whether the requests have an `Idempotency-Key`. */
  hasKey: boolean;
  /** Concurrent requests. Without a key, each places an order. */
  requests: number;
  /** Milliseconds until the customer's browser gives up. */
  patience: number;
}

/** An action from outside. `back` refers to an earlier order: 0 is the last one placed. */
export type Action =
  | Placement
  | { kind: "cancel" | "ship" | "start" | "refund"; back: number }
  | { kind: "reuse key"; back: number }
  /**
   * The customer tries another payment method or, without one, has the API look whether they have answered their bank. `back` counts
   * orders that may wait for their customers.
   */
  | { kind: "pay"; back: number; paymentMethod: string | undefined }
  | { kind: "reprice"; price: number }
  /** An event is delivered again: to a queue, to the topic, or from the table's stream. `back` counts events. */
  | { kind: "resend"; to: "orders" | "customers" | "topic" | "stream"; back: number }
  | { kind: "kill"; handler: string }
  | { kind: "sweep" };

/** Everything that happens in a round. */
export interface Plan {
  seed: number;
  /** The minimum time for the actions. */
  seconds: number;
  /** The stack's configuration. */
  config: Record<string, string>;
  actions: Action[];
  /** The fault rules of each phase. A phase lasts for {@link ACTIONS_PER_PHASE}. */
  phases: FaultRule[][];
}

/** An upper limit: a busy machine is slower. */
export const ACTIONS_PER_SECOND = 3;
/** Phases are counted in actions, not in seconds, so that a slow machine runs the same plan. */
export const ACTIONS_PER_PHASE = 12;
/**
 * A long outage: 12 s at least. The SDK tries for less than a second, and a step, whose waits tests shorten to a hundredth,
 * for four. So workflows give up, and the sweeper has to go on.
 */
const LONG_OUTAGE_PHASES = 3;

/** An order that should be completed. */
export const VALID_ORDER: Placement = {
  kind: "place",
  items: [{ productId: "PLENTY-0", quantity: 1 }],
  paymentMethod: "pm_card_visa",
  at: "storefront",
  hasPhone: true,
  hasKey: true,
  requests: 1,
  patience: 30_000,
};

/** Payment methods that the provider neither charges nor declines: their orders wait for their deadline. */
export const NEVER_CHARGED = /^pm_simulated_(error_always|timeout)$/;

/** Payment methods for which nothing is charged until the customer sends another one. */
export const NEVER_APPROVED = /chargeDeclined|authenticationRequired|bank_refused/;

/** What customers do whose orders wait for them. */
const ANSWERS = [
  ...["pm_card_visa", "pm_simulated_bank_passed", "pm_simulated_bank_refused"],
  ...["pm_card_chargeDeclined", "pm_card_authenticationRequired", undefined],
];

/** The simulated gateway's test values; most are approved. */
const PAYMENT_METHODS = [
  ...Array.from({ length: 12 }, () => "pm_card_visa"),
  ...Array.from({ length: 4 }, () => "pm_card_authenticationRequired"),
  ...["pm_card_chargeDeclined", "pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"],
  "pm_simulated_error_1",
  "pm_simulated_error_always",
  "pm_simulated_timeout",
  "pm_simulated_timeout_after_charge",
  "pm_simulated_crash_before_charge",
  "pm_simulated_crash_after_charge",
];

const STEPS = [...FORWARD_STEPS, ...COMPENSATING_STEPS];
const HANDLERS = [
  ...STEPS,
  "process-payments",
  "pay-order",
  "refund-order",
  "create-order",
  "publish-events",
  "start-fulfilment",
  "notify-customer",
  "sweep-orders",
];

const back = fc.nat(12);

const placement: fc.Arbitrary<Placement> = fc.record({
  kind: fc.constant("place" as const),
  items: fc
    .uniqueArray(fc.constantFrom(...PRODUCTS), { minLength: 1, maxLength: 3 })
    .chain((products) =>
      fc.tuple(...products.map(({ productId }) => fc.record({ productId: fc.constant(productId), quantity: small() }))),
    ),
  paymentMethod: fc.constantFrom(...PAYMENT_METHODS),
  at: fc.constantFrom("storefront" as const, "storefront" as const, "back office" as const),
  hasPhone: fc.boolean(),
  hasKey: fc.constantFrom(true, true, true, false),
  requests: fc.constantFrom(1, 1, 1, 2, 3),
  patience: fc.constantFrom(1_000, 5_000, 30_000, 30_000),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 24, arbitrary: placement },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("cancel" as const), back }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ship" as const), back: fc.integer({ min: 4, max: 24 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("refund" as const), back: fc.integer({ min: 2, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("start" as const), back }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reuse key" as const), back }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      back: fc.nat(2),
      paymentMethod: fc.constantFrom(...ANSWERS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("reprice" as const), price: fc.integer({ min: 1, max: 99 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("resend" as const),
      to: fc.constantFrom("orders", "customers", "topic", "stream"),
      back: fc.nat(60),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("kill" as const), handler: fc.constantFrom(...HANDLERS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
);

/** Operations that change something. If all calls failed, functions would never get that far. */
const operation = fc.constantFrom(
  ...(["TransactWriteItems", "UpdateItem", "PutItem", "StartExecution", "SendTaskSuccess", "PublishBatch"] as const),
);

/** All calls, or those of one function, of one operation, or of both. */
const scope = fc.oneof(
  fc.constant({}),
  fc.record({ handler: fc.constantFrom(...HANDLERS) }),
  fc.record({ operation }),
  fc.record({ handler: fc.constantFrom(...STEPS), operation: fc.constantFrom("TransactWriteItems", "UpdateItem") }),
);

const FAULTS: Fault[] = [
  ...(["throttle", "error", "conflict", "delay", "drop", "reset"] as const),
  ...(["lose response", "hold response", "late", "kill before", "kill after"] as const),
];

const occasionalFault: fc.Arbitrary<FaultRule> = fc
  .tuple(
    scope,
    fc.record({
      fault: fc.constantFrom(...FAULTS),
      percent: fc.integer({ min: 2, max: 15 }),
      ms: fc.constantFrom(100, 700, 2_000),
      seed: fc.nat(),
    }),
  )
  .map(([scope, rule]) => ({ ...scope, ...rule }));

/** Not for SES and SNS: the system can't prevent that a duplicated call sends an email or text message twice. */
const duplicateCalls: fc.Arbitrary<FaultRule> = fc.record({
  fault: fc.constant("duplicate" as const),
  service: fc.constantFrom("dynamodb", "states"),
  percent: fc.integer({ min: 5, max: 30 }),
  seed: fc.nat(),
});

const duplicateEvents: fc.Arbitrary<FaultRule> = fc.record({
  fault: fc.constant("duplicate" as const),
  operation: fc.constant("PublishBatch"),
  percent: fc.constant(50),
  seed: fc.nat(),
});

/** All calls of a service, of a function, or of an operation fail. */
const outage: fc.Arbitrary<FaultRule> = fc
  .tuple(
    fc.oneof(
      fc.record({ service: fc.constantFrom("dynamodb", "provider", "sns", "ses", "states", "secretsmanager") }),
      fc.record({ handler: fc.constantFrom(...HANDLERS) }),
      fc.record({ operation }),
    ),
    fc.constantFrom<Fault>("throttle", "error", "reset", "drop", "hold response", "late", "kill before", "kill after"),
  )
  .map(([scope, fault]) => ({ ...scope, fault }));

const noFaults: fc.Arbitrary<FaultRule[]> = fc.constant([]);

const rule = fc.oneof(
  { weight: 8, arbitrary: occasionalFault },
  { weight: 1, arbitrary: duplicateCalls },
  { weight: 1, arbitrary: duplicateEvents },
);

const phase = fc.oneof(
  { weight: 1, arbitrary: noFaults },
  { weight: 6, arbitrary: fc.array(rule, { minLength: 3, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.tuple(outage, occasionalFault) },
);

function planOfLength(seconds: number) {
  const actions = seconds * ACTIONS_PER_SECOND;
  const phases = Math.ceil(actions / ACTIONS_PER_PHASE);
  const longOutage = fc.record({ rule: outage, first: fc.nat(phases - 1) });
  return fc.record({
    config: fc.record({
      listShards: fc.constantFrom("1", "3"),
      queueConcurrency: fc.constantFrom("2", "5"),
      paymentDeadlineMinutes: fc.constantFrom("1", "30"),
    }),
    actions: fc.array(action, { minLength: actions, maxLength: actions }),
    phases: fc
      .tuple(fc.array(phase, { minLength: phases, maxLength: phases }), longOutage)
      .map(([phases, { rule, first }]) =>
        phases.map((rules, index) => (index >= first && index < first + LONG_OUTAGE_PHASES ? [rule, ...rules] : rules)),
      ),
  });
}

/** Generates a plan, determined by the seed and the time. */
export function createPlan(seed: number, seconds: number): Plan {
  const [plan] = fc.sample(planOfLength(seconds), { seed, numRuns: 1 });
  if (!plan) throw new Error(`There is no plan for the seed ${seed}.`);
  // Short enough for the sweeper to find stuck orders within the round.
  return { seed, seconds, ...plan, config: { ...plan.config, stuckAfterSeconds: "15", smsCountries: '["US"]' } };
}

/** Describes a plan in readable lines. */
export function describePlan({ seed, seconds, config, actions, phases }: Plan): string[] {
  const kinds = Object.entries(Object.groupBy(actions, ({ kind }) => kind));
  const settings = Object.entries(config).map(([name, value]) => `${name} ${value}`);
  return [
    `Seed ${seed}, ${seconds} s: ${settings.join(", ")}`,
    `  ${kinds.map(([kind, { length }]) => `${length} × ${kind}`).join(", ")}`,
    ...phases.map(
      (rules, index) =>
        `  from action ${index * ACTIONS_PER_PHASE}: ${rules.map(describeRule).join("; ") || "no faults"}`,
    ),
  ];
}

function describeRule({ fault, percent = 100, handler, service, operation, ms }: FaultRule): string {
  const where = [handler, service, operation].filter((part) => part !== undefined).join(" ");
  const duration = fault === "delay" || fault === "late" ? ` ${ms ?? 1_000} ms` : "";
  return `${fault}${duration} ${percent} %${where && ` of ${where}`}`;
}

function small() {
  return fc.integer({ min: 1, max: 3 });
}
