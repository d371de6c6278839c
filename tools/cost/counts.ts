import { mergeWith, sumBy } from "es-toolkit";
import counted from "./counts.json" with { type: "json" };
import measured from "./durations.json" with { type: "json" };
import deployed from "./fixed.json" with { type: "json" };
import visited from "./visit.json" with { type: "json" };

/** AWS usage of a scenario. */
export interface Counts {
  /** Requests to API Gateway. */
  requests: number;
  /** Bytes of the response bodies. */
  responseBytes: number;
  /** Invocations, by function. */
  invocations: Record<string, number>;
  /** AWS calls, by function and by service and operation (`dynamodb:GetItem`). */
  calls: Record<string, Record<string, number>>;
  /** DynamoDB request units. */
  readUnits: number;
  writeUnits: number;
  /** Write units by partition key of the table and its indexes, e.g. `byStatus PENDING`. Shards are combined. */
  hotKeys: Record<string, number>;
  /** Bytes stored in DynamoDB, including indexes. */
  storedBytes: number;
  /** State transitions of the workflow. */
  transitions: number;
  /** Bytes logged by functions, Lambda's platform lines included, and by the workflow. */
  logBytes: number;
}

/** No usage at all. */
export const NO_COUNTS: Readonly<Counts> = {
  requests: 0,
  responseBytes: 0,
  invocations: {},
  calls: {},
  readUnits: 0,
  writeUnits: 0,
  hotKeys: {},
  storedBytes: 0,
  transitions: 0,
  logBytes: 0,
};

/** Completed orders, by their number of products. */
const ORDERS = {
  orderOf1Product: 1,
  orderOf2Products: 2,
  orderOf10Products: 10,
  orderOf50Products: 50,
};

/** What `tests/integration/call-counts/call-counts.test.ts` runs on a deployed stack to count its AWS usage. */
export type Scenario =
  | keyof typeof ORDERS
  | "orderWithTexts"
  | "declinedOrder"
  | "soldOutOrder"
  | "cancellation"
  | "replay"
  | "orderRead"
  | "pageOfOrders"
  | "pageOfProducts"
  | "idleSweep";

/** Counted by `./orders recount`. */
export const COUNTS: Readonly<Record<Scenario, Counts>> = counted as Record<Scenario, Counts>;

/** Deployed resources that cost something even if unused, and settings that affect costs. */
export interface Fixed {
  /** MB of each function. */
  functionMemory: number;
  /** Functions that read or write the table. */
  tableUsers: number;
  /** Queues that Lambda polls. */
  polledQueues: number;
  queues: number;
  topics: number;
  logGroups: number;
  logRetentionDays: number;
  /** Bytes per request in the access log. */
  accessLogBytes: number;
  /** Metrics that alarms evaluate. */
  alarmMetrics: number;
  /** The system's own metrics; each set of dimensions counts. */
  customMetrics: number;
  /** Metrics of the APIs' methods, if all are called. */
  methodMetrics: number;
  dashboards: number;
  secrets: number;
  /** Customer managed keys, if the stage has any. */
  keys: number;
  /** Web ACLs and their rules, if the stage has any. */
  webAcls: number;
  webAclRules: number;
}

/** Counted by `./orders recount`. */
export const FIXED: Readonly<Fixed> = deployed;

/** A customer's visit to the website, from the shop to the order's page, without the API's responses. */
export interface Visit {
  /** Requests to CloudFront. */
  requests: number;
  /** Kilobytes (1,000 bytes) of the files, compressed. */
  kilobytes: number;
  /** Requests that CloudFront forwards to the bucket. */
  originRequests: number;
  /** CORS preflight requests to the API. */
  preflights: number;
}

/** Counted by `./orders recount`. */
export const VISIT: Readonly<Visit> = visited;

/** Milliseconds of a warm invocation on the emulator, the median by function. Measured by `./orders recount`. */
export const DURATIONS: Readonly<Record<string, number>> = measured;

/**
 * The AWS usage of an order, interpolated linearly between the counted numbers of products.
 *
 * @param products - 1 to 50.
 */
export function orderOf(products: number): Counts {
  const known = Object.entries(ORDERS) as [keyof typeof ORDERS, number][];
  const at = (index: number) => known[index] as (typeof known)[number];
  const next = Math.max(
    1,
    known.findIndex(([, count]) => count >= products),
  );
  const [[lower, low], [upper, high]] = [at(next - 1), at(next)];
  const share = (products - low) / (high - low);
  return total([
    [COUNTS[lower], 1 - share],
    [COUNTS[upper], share],
  ]);
}

/** Adds counts up, each multiplied by its factor. */
export function total(parts: [Counts, factor: number][]): Counts {
  const sum: Counts = structuredClone(NO_COUNTS);
  for (const [counts, factor] of parts) {
    mergeWith(sum, counts, (before = 0, value) => (typeof value === "number" ? before + value * factor : undefined));
  }
  return sum;
}

/** The number of calls of an operation, e.g. `ses:SendEmail`. */
export function callsOf({ calls }: Counts, operation: string): number {
  return sumBy(Object.values(calls), (ofFunction) => ofFunction[operation] ?? 0);
}
