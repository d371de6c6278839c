import { configDefaults } from "../../stacks/stages.ts";
import { billOf } from "./bill.ts";
import { COUNTS, callsOf, DURATIONS, FIXED, orderOf, total, VISIT } from "./counts.ts";
import { HOURS } from "./usage.ts";

/** What the system is deployed with where nothing else is said. */
const DEFAULTS = configDefaults();
const THROTTLE_RATE = Number(DEFAULTS.throttleRate);

/** What a partition of DynamoDB takes of writes in a second. */
export const PARTITION_UNITS = 1_000;

/** Starts of executions in a second, and at once: the sustained rate, and the bucket. */
export const STARTS = { rate: 300, bucket: 1_300 };

/** Messages of one batch of a queue. */
const BATCH = 10;

/** Something that bounds how many orders a second there can be. */
export interface Limit {
  /** What is bounded. */
  name: string;
  /** How much of it an order takes: for two products, with one look at the catalogue and one at the order. */
  perOrder: number;
  /** How much there is in a second. */
  quota: number;
  /** What raises it. */
  lift: string;
}

/** An order as it is billed. */
const ORDER = total([
  [orderOf(2), 1],
  [COUNTS.pageOfProducts, 1],
  [COUNTS.orderRead, 1],
]);

const INVOCATIONS = Object.values(ORDER.invocations).reduce((sum, count) => sum + count, 0);

/** Seconds of functions' time that an order takes. */
const BUSY = Object.entries(ORDER.invocations).reduce(
  (sum, [handler, count]) => sum + (count * (DURATIONS[handler] ?? 0)) / 1_000,
  0,
);

/** Messages that a queue's function handles in a second. */
function throughput(handler: string, concurrency: number): number {
  return (concurrency * BATCH * 1_000) / (DURATIONS[handler] ?? 0);
}

/** Write units of an order on the hottest key of the indexes that are sharded. */
const HOTTEST_INDEX_UNITS = Math.max(
  ...Object.entries(ORDER.hotKeys)
    .filter(([key]) => /^(byStatus|byCreation|byOpen) /.test(key))
    .map(([, units]) => units),
);

const TABLE_UNITS = Object.entries(ORDER.hotKeys)
  .filter(([key]) => key.startsWith("table "))
  .reduce((sum, [, units]) => sum + units, 0);

/** Write units that each product of an order takes of the product's item. */
const STOCK_UNITS = orderOf(2).hotKeys["table PRODUCTS"] ?? 0;

/**
 * AWS's default quotas for us-east-1 and eu-west-1 in 2026, by the quota pages of each service's guide, and ours; the
 * first that is met comes first.
 */
export const LIMITS: Limit[] = [
  {
    name: "SES, emails a day (50,000)",
    perOrder: callsOf(ORDER, "ses:SendEmail"),
    quota: 50_000 / 86_400,
    lift: "by request",
  },
  {
    name: "SES, emails",
    perOrder: callsOf(ORDER, "ses:SendEmail"),
    quota: 14,
    lift: "by request",
  },
  {
    name: "API key, requests",
    perOrder: ORDER.requests,
    quota: THROTTLE_RATE,
    lift: "`throttleRate`",
  },
  {
    name: "new table, write units before it has grown",
    perOrder: TABLE_UNITS,
    quota: 4_000,
    lift: "time: it doubles within 30 minutes; or warm throughput",
  },
  {
    name: "products' partition, write units",
    perOrder: STOCK_UNITS,
    quota: PARTITION_UNITS,
    lift: "time: DynamoDB splits it by product",
  },
  {
    name: "one product's item, write units",
    perOrder: STOCK_UNITS / 2,
    quota: PARTITION_UNITS,
    lift: "nothing yet: splitting its stock over several items",
  },
  {
    name: "workflows started",
    perOrder: callsOf(ORDER, "states:StartExecution"),
    quota: STARTS.rate,
    lift: "by request",
  },
  {
    name: "workflows, state transitions",
    perOrder: ORDER.transitions,
    quota: 5_000,
    lift: "by request",
  },
  {
    name: "one shard of an index, write units",
    perOrder: HOTTEST_INDEX_UNITS,
    quota: Number(DEFAULTS.listShards) * PARTITION_UNITS,
    lift: "`listShards`",
  },
  {
    name: "notify-customer, messages",
    perOrder: ORDER.invocations["notify-customer"] ?? 0,
    quota: throughput("notify-customer", FIXED.notifyConcurrency),
    lift: `its concurrency, ${FIXED.notifyConcurrency} in \`components/notifications.ts\``,
  },
  {
    name: "Lambda, invocations (ten per concurrent execution)",
    perOrder: INVOCATIONS,
    quota: 10_000,
    lift: "the account's concurrency, by request",
  },
  {
    name: "Lambda, concurrent executions",
    perOrder: BUSY,
    quota: 1_000,
    lift: "the account's concurrency, by request",
  },
  {
    name: "table, write units",
    perOrder: TABLE_UNITS,
    quota: 40_000,
    lift: "the table's quota, by request",
  },
  {
    name: "start-fulfilment, messages",
    perOrder: ORDER.invocations["start-fulfilment"] ?? 0,
    quota: throughput("start-fulfilment", Number(DEFAULTS.queueConcurrency)),
    lift: "`queueConcurrency`",
  },
  {
    name: "API Gateway, requests per account",
    perOrder: ORDER.requests + VISIT.preflights,
    quota: 10_000,
    lift: "by request",
  },
  {
    name: "SNS, messages published",
    perOrder: callsOf(ORDER, "sns:PublishBatch"),
    quota: 30_000,
    lift: "by request (9,000 in eu-west-1)",
  },
].toSorted((a, b) => ordersAt(a) - ordersAt(b));

/** Orders a second at which a limit is met. */
export function ordersAt({ quota, perOrder }: Limit): number {
  return quota / perOrder;
}

/** What a rate of orders asks for. */
export interface Demand {
  /** Orders a second. */
  rate: number;
  /** The limits that are in the way of it, the first met first. */
  met: string[];
  listShards: number;
  throttleRate: number;
  /** Functions at once, cold starts apart. */
  functionsAtOnce: number;
  writeUnits: number;
  mails: number;
  /** Dollars of usage for a month at this rate, us-east-1. */
  dollars: number;
}

/** Half as much again as would do if orders came evenly. */
const HEADROOM = 1.5;

/** What is needed for so many orders a second. */
export function demandOf(rate: number): Demand {
  const orders = rate * HOURS * 3_600;
  return {
    rate,
    met: LIMITS.filter((limit) => ordersAt(limit) < rate).map(({ name }) => name),
    listShards: Math.ceil((rate * HEADROOM * HOTTEST_INDEX_UNITS) / PARTITION_UNITS),
    throttleRate: Math.max(THROTTLE_RATE, rate * HEADROOM * ORDER.requests),
    functionsAtOnce: Math.ceil(rate * BUSY),
    writeUnits: rate * ORDER.writeUnits,
    mails: rate * callsOf(ORDER, "ses:SendEmail"),
    dollars: billOf({ orders, items: 2, region: "us-east-1", kms: false, waf: false }).usageDollars,
  };
}
