import fc from "fast-check";
import { FORWARD_STEPS, UNDOING_STEPS } from "../support/faults.ts";
import type { Fault, FaultRule } from "./fault-proxy.ts";

/** What a round of a campaign sells. Nobody runs out of `PLENTY`, and everybody of `SCARCE`; `REPRICED` costs what it costs. */
export const PRODUCTS = [
  { productId: "PLENTY-0", name: "Plenty", price: 10, stock: 100_000 },
  { productId: "PLENTY-1", name: "More", price: 2.5, stock: 100_000 },
  { productId: "SCARCE", name: "Scarce", price: 5, stock: 16 },
  { productId: "REPRICED", name: "Repriced", price: 20, stock: 100_000 },
] as const;

/** A customer's order. The number is the order's, and that of its customer. */
export interface Placement {
  kind: "place";
  items: { productId: string; quantity: number }[];
  paymentMethod: string;
  /** Whether the customer hears by text message, too. */
  hasPhone: boolean;
  /** Whether the requests have an `Idempotency-Key`. */
  hasKey: boolean;
  /** Requests sent at once; without a key, each is an order. */
  requests: number;
  /** Milliseconds after which the customer's browser gives up. */
  patience: number;
}

/** Something that happens from outside. `back` counts orders back from the last one placed before. */
export type Action =
  | Placement
  | { kind: "cancel" | "ship" | "start"; back: number }
  | { kind: "reuse key"; back: number }
  | { kind: "reprice"; price: number }
  /** An event comes once more, however old: to a queue, to the topic, or out of the table's stream. */
  | { kind: "resend"; to: "orders" | "customers" | "topic" | "stream"; back: number }
  | { kind: "kill"; handler: string }
  | { kind: "sweep" };

/** The faults of a while. */
type Weather = FaultRule[];

/** All that happens in a round, and when. */
export interface Plan {
  seed: number;
  /** How long orders come and calls fail, at least. */
  seconds: number;
  /** The stack's configuration. */
  config: Record<string, string>;
  actions: Action[];
  /** One after the other, each for {@link ACTIONS_PER_WEATHER}. */
  weather: Weather[];
}

/** At the most: a busy machine takes longer. */
export const ACTIONS_PER_SECOND = 3;
/** The weather changes with what happens, not with time, so that a slow machine sees the same. */
export const ACTIONS_PER_WEATHER = 12;

/** One that nothing is wrong with. */
export const GOOD_ORDER: Placement = {
  kind: "place",
  items: [{ productId: "PLENTY-0", quantity: 1 }],
  paymentMethod: "pm_card_visa",
  hasPhone: true,
  hasKey: true,
  requests: 1,
  patience: 30_000,
};

/** What payments come to, by the simulated gateway's test values. Good ones most often. */
const PAYMENT_METHODS = [
  ...Array.from({ length: 12 }, () => "pm_card_visa"),
  "pm_card_chargeDeclined",
  "pm_card_chargeDeclinedInsufficientFunds",
  "pm_simulated_error_1",
  "pm_simulated_error_always",
  "pm_simulated_timeout",
  "pm_simulated_timeout_after_charge",
  "pm_simulated_crash_before_charge",
  "pm_simulated_crash_after_charge",
];

const STEPS = [...FORWARD_STEPS, ...UNDOING_STEPS];
const HANDLERS = [...STEPS, "create-order", "publish-events", "start-fulfilment", "notify-customer", "sweep-orders"];

const back = fc.nat(12);

const placement: fc.Arbitrary<Placement> = fc.record({
  kind: fc.constant("place" as const),
  items: fc
    .uniqueArray(fc.constantFrom(...PRODUCTS), { minLength: 1, maxLength: 3 })
    .chain((products) =>
      fc.tuple(...products.map(({ productId }) => fc.record({ productId: fc.constant(productId), quantity: small() }))),
    ),
  paymentMethod: fc.constantFrom(...PAYMENT_METHODS),
  hasPhone: fc.boolean(),
  hasKey: fc.constantFrom(true, true, true, false),
  requests: fc.constantFrom(1, 1, 1, 2, 3),
  patience: fc.constantFrom(1_000, 5_000, 30_000, 30_000),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 24, arbitrary: placement },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("cancel" as const), back }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ship" as const), back: fc.integer({ min: 4, max: 24 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("start" as const), back }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reuse key" as const), back }) },
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

/** Those that change something: a function whose every call fails never gets as far. */
const operation = fc.constantFrom("TransactWriteItems", "UpdateItem", "PutItem", "StartExecution", "PublishBatch");

/** Everybody's calls, those of one function, or those of one operation. */
const someone = fc.oneof(
  fc.constant({}),
  fc.record({ handler: fc.constantFrom(...HANDLERS) }),
  fc.record({ operation }),
  fc.record({ handler: fc.constantFrom(...STEPS), operation: fc.constantFrom("TransactWriteItems", "UpdateItem") }),
);

const FAULTS: Fault[] = [
  ...(["throttle", "error", "conflict", "delay", "drop", "reset"] as const),
  ...(["lose answer", "hold answer", "late", "kill before", "kill after"] as const),
];

const breeze: fc.Arbitrary<FaultRule> = fc
  .tuple(
    someone,
    fc.record({
      fault: fc.constantFrom(...FAULTS),
      percent: fc.integer({ min: 2, max: 15 }),
      ms: fc.constantFrom(100, 700, 2_000),
      seed: fc.nat(),
    }),
  )
  .map(([who, rule]) => ({ ...who, ...rule }));

/** Not of mails and text messages: what arrives twice of them is sent twice, whatever the system does. */
const echo: fc.Arbitrary<FaultRule> = fc.record({
  fault: fc.constant("duplicate" as const),
  service: fc.constantFrom("dynamodb", "states"),
  percent: fc.integer({ min: 5, max: 30 }),
  seed: fc.nat(),
});

const doubledEvents: fc.Arbitrary<FaultRule> = fc.record({
  fault: fc.constant("duplicate" as const),
  operation: fc.constant("PublishBatch"),
  percent: fc.constant(50),
  seed: fc.nat(),
});

/** A service, a function's way to all of them, or an operation is gone. */
const outage: fc.Arbitrary<FaultRule> = fc
  .tuple(
    fc.oneof(
      fc.record({ service: fc.constantFrom("dynamodb", "sns", "ses", "states", "secretsmanager") }),
      fc.record({ handler: fc.constantFrom(...HANDLERS) }),
      fc.record({ operation }),
    ),
    fc.constantFrom<Fault>("throttle", "error", "reset", "drop", "hold answer", "late", "kill before", "kill after"),
  )
  .map(([who, fault]) => ({ ...who, fault }));

const calm: fc.Arbitrary<Weather> = fc.constant([]);

const gust = fc.oneof(
  { weight: 8, arbitrary: breeze },
  { weight: 1, arbitrary: echo },
  { weight: 1, arbitrary: doubledEvents },
);

const weather = fc.oneof(
  { weight: 1, arbitrary: calm },
  { weight: 6, arbitrary: fc.array(gust, { minLength: 3, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.tuple(outage, breeze) },
);

function planOfLength(seconds: number) {
  const actions = seconds * ACTIONS_PER_SECOND;
  const windows = Math.ceil(actions / ACTIONS_PER_WEATHER);
  return fc.record({
    config: fc.record({
      listShards: fc.constantFrom("1", "3"),
      queueConcurrency: fc.constantFrom("2", "5"),
    }),
    actions: fc.array(action, { minLength: actions, maxLength: actions }),
    weather: fc.array(weather, { minLength: windows, maxLength: windows }),
  });
}

/** Makes a plan: the same for the same seed and time. */
export function planOf(seed: number, seconds: number): Plan {
  const [plan] = fc.sample(planOfLength(seconds), { seed, numRuns: 1 });
  if (!plan) throw new Error(`There is no plan for the seed ${seed}.`);
  // An order that got stuck is found within the round.
  return { seed, seconds, ...plan, config: { ...plan.config, stuckAfterSeconds: "15" } };
}

/** The plan in lines for people. */
export function linesOf({ seed, seconds, config, actions, weather }: Plan): string[] {
  const kinds = Object.entries(Object.groupBy(actions, ({ kind }) => kind));
  const settings = Object.entries(config).map(([name, value]) => `${name} ${value}`);
  return [
    `Seed ${seed}, ${seconds} s: ${settings.join(", ")}`,
    `  ${kinds.map(([kind, { length }]) => `${length} × ${kind}`).join(", ")}`,
    ...weather.map(
      (rules, index) => `  from action ${index * ACTIONS_PER_WEATHER}: ${rules.map(inWords).join("; ") || "calm"}`,
    ),
  ];
}

function inWords({ fault, percent = 100, handler, service, operation, ms }: FaultRule): string {
  const where = [handler, service, operation].filter((part) => part !== undefined).join(" ");
  const howLong = fault === "delay" || fault === "late" ? ` ${ms ?? 1_000} ms` : "";
  return `${fault}${howLong} ${percent} %${where && ` of ${where}`}`;
}

function small() {
  return fc.integer({ min: 1, max: 3 });
}
