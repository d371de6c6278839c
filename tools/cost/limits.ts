import { sum, sumBy } from "es-toolkit";
import { START_QUOTAS } from "../../aws/executions.ts";
import { BATCH_SIZE } from "../../components/shared/pace.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { billOf } from "./bill.ts";
import { COUNTS, callsOf, DURATIONS, orderOf, total, VISIT } from "./counts.ts";
import { SECONDS_PER_MONTH } from "./usage.ts";

/** The settings' defaults. */
const DEFAULTS = configDefaults();
const THROTTLE_RATE = Number(DEFAULTS.throttleRate);

/** Write units per second of a DynamoDB partition. */
export const PARTITION_UNITS = 1_000;

/** A quota that limits the rate of orders. */
export interface Limit {
  name: string;
  /** What an order of two products uses, with one view of the catalogue and one of the order. */
  perOrder: number;
  /** Per second. */
  quota: number;
  /** What raises it. */
  raisedBy: string;
}

/** Usage of an order as it is billed. */
const ORDER = total([
  [orderOf(2), 1],
  [COUNTS.pageOfProducts, 1],
  [COUNTS.orderRead, 1],
]);

/** Seconds of function time per order. */
const FUNCTION_SECONDS =
  sumBy(Object.entries(ORDER.invocations), ([handler, count]) => count * (DURATIONS[handler] ?? 0)) / 1_000;

/** Messages per second that a queue's function can handle. */
function throughput(handler: string, concurrency: number): number {
  return (concurrency * BATCH_SIZE * 1_000) / (DURATIONS[handler] ?? 0);
}

function hotKeyUnits(pattern: RegExp): number[] {
  return Object.entries(ORDER.hotKeys).flatMap(([key, units]) => (pattern.test(key) ? units : []));
}

/** Write units of an order on the hottest key of the sharded indexes. */
const HOTTEST_INDEX_UNITS = Math.max(...hotKeyUnits(/^(byStatus|byCreation|byOpen) /));

const TABLE_UNITS = sum(hotKeyUnits(/^table /));

/** Write units on product items, of which an order of two products writes two. */
const STOCK_UNITS = orderOf(2).hotKeys["table PRODUCTS"] ?? 0;

/**
 * AWS's default quotas for us-east-1 and eu-west-1 in 2026, from the quota pages of the services' guides, and our own
 * limits, in the order in which they are reached.
 */
export const LIMITS: Limit[] = [
  {
    name: "SES, emails a day (50,000)",
    perOrder: callsOf(ORDER, "ses:SendEmail"),
    quota: 50_000 / 86_400,
    raisedBy: "by request",
  },
  {
    name: "SES, emails",
    perOrder: callsOf(ORDER, "ses:SendEmail"),
    quota: Number(DEFAULTS.mailRatePerSecond),
    raisedBy: "`mailRatePerSecond`, after SES's own quota, by request",
  },
  {
    name: "payments",
    perOrder: 1,
    quota: Number(DEFAULTS.paymentRatePerSecond),
    raisedBy: "`paymentRatePerSecond`, after the payment provider's own limit, by request",
  },
  {
    name: "API key, requests",
    perOrder: ORDER.requests,
    quota: THROTTLE_RATE,
    raisedBy: "`throttleRate`",
  },
  {
    name: "new table, write units before it has grown",
    perOrder: TABLE_UNITS,
    quota: 4_000,
    raisedBy: "time: it doubles within 30 minutes; or warm throughput",
  },
  {
    name: "products' partition, write units",
    perOrder: STOCK_UNITS,
    quota: PARTITION_UNITS,
    raisedBy: "time: DynamoDB splits it by product",
  },
  {
    name: "one product's item, write units",
    perOrder: STOCK_UNITS / 2,
    quota: PARTITION_UNITS,
    raisedBy: "nothing yet: splitting its stock over several items",
  },
  {
    name: "workflows started",
    perOrder: callsOf(ORDER, "states:StartExecution"),
    quota: START_QUOTAS.largeRegions.refillRate,
    raisedBy: `by request (${START_QUOTAS.otherRegions.refillRate} outside of us-east-1, us-west-2 and eu-west-1)`,
  },
  {
    name: "workflows, state transitions",
    perOrder: ORDER.transitions,
    quota: 1_500,
    raisedBy: "by request (500 outside of us-east-1, us-west-2 and eu-west-1)",
  },
  {
    name: "one shard of an index, write units",
    perOrder: HOTTEST_INDEX_UNITS,
    quota: Number(DEFAULTS.listShards) * PARTITION_UNITS,
    raisedBy: "`listShards`",
  },
  {
    name: "Lambda, invocations (ten per concurrent execution)",
    perOrder: sum(Object.values(ORDER.invocations)),
    quota: 10_000,
    raisedBy: "the account's concurrency, by request",
  },
  {
    name: "Lambda, concurrent executions",
    perOrder: FUNCTION_SECONDS,
    quota: 1_000,
    raisedBy: "the account's concurrency, by request",
  },
  {
    name: "table, write units",
    perOrder: TABLE_UNITS,
    quota: 40_000,
    raisedBy: "the table's quota, by request",
  },
  {
    name: "start-fulfilment, messages",
    perOrder: ORDER.invocations["start-fulfilment"] ?? 0,
    quota: throughput("start-fulfilment", Number(DEFAULTS.queueConcurrency)),
    raisedBy: "`queueConcurrency`",
  },
  {
    name: "API Gateway, requests per account",
    perOrder: ORDER.requests + VISIT.preflights,
    quota: 10_000,
    raisedBy: "by request",
  },
  {
    name: "SNS, messages published",
    perOrder: callsOf(ORDER, "sns:PublishBatch"),
    quota: 30_000,
    raisedBy: "by request (9,000 in eu-west-1)",
  },
].toSorted((a, b) => ordersAt(a) - ordersAt(b));

/** The orders per second at which a limit is reached. */
export function ordersAt({ quota, perOrder }: Limit): number {
  return quota / perOrder;
}

/** What a rate of orders requires. */
export interface Demand {
  /** Orders per second. */
  rate: number;
  exceededLimits: number;
  listShards: number;
  throttleRate: number;
  /** Without cold starts. */
  concurrentFunctions: number;
  writeUnits: number;
  mails: number;
  /** Usage in dollars for a month at this rate, us-east-1. */
  dollars: number;
}

/** Factor on what evenly distributed orders would require. */
const HEADROOM = 1.5;

/** What a number of orders per second requires. */
export function demandOf(rate: number): Demand {
  const orders = rate * SECONDS_PER_MONTH;
  return {
    rate,
    exceededLimits: LIMITS.filter((limit) => ordersAt(limit) < rate).length,
    listShards: Math.ceil((rate * HEADROOM * HOTTEST_INDEX_UNITS) / PARTITION_UNITS),
    throttleRate: Math.max(THROTTLE_RATE, rate * HEADROOM * ORDER.requests),
    concurrentFunctions: Math.ceil(rate * FUNCTION_SECONDS),
    writeUnits: rate * ORDER.writeUnits,
    mails: rate * callsOf(ORDER, "ses:SendEmail"),
    dollars: billOf({ orders, items: 2, region: "us-east-1", kms: false, waf: false }).usageDollars,
  };
}
