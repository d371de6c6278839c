import counted from "./counts.json" with { type: "json" };
import measured from "./durations.json" with { type: "json" };
import deployed from "./fixed.json" with { type: "json" };
import visited from "./visit.json" with { type: "json" };

/** What one thing that happens asks of AWS. */
export interface Counts {
  /** Requests to API Gateway. */
  requests: number;
  /** Bytes of their answers' bodies. */
  answerBytes: number;
  /** Invocations of functions, by their handlers. */
  invocations: Record<string, number>;
  /** Calls of AWS, by the handlers that make them, and by service and operation (`dynamodb:GetItem`). */
  calls: Record<string, Record<string, number>>;
  /** Request units of DynamoDB. */
  readUnits: number;
  writeUnits: number;
  /** Write units by partition key, of the table and of the indexes: `byStatus PENDING`. Shards are taken together. */
  hotKeys: Record<string, number>;
  /** Bytes that DynamoDB keeps of it, its indexes included. */
  storedBytes: number;
  /** State transitions of the workflow. */
  transitions: number;
  /** Bytes that functions log, Lambda's own lines included, and the workflow. */
  logBytes: number;
}

/** Orders that go through, by how many products they are for. */
const ORDERS = {
  orderOf1Product: 1,
  orderOf2Products: 2,
  orderOf10Products: 10,
  orderOf50Products: 50,
};

/** What is counted: `tests/integration/call-counts/call-counts.test.ts` lets each of them happen on a deployed stack. */
export type Happening =
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

/** As counted when `./orders recount` ran. */
export const COUNTS: Readonly<Record<Happening, Counts>> = counted as Record<Happening, Counts>;

/** What the program deploys, as far as it costs something, used or not. `./orders recount` counts it. */
export interface Fixed {
  /** MB of each function. */
  functionMemory: number;
  /** Functions that read or write the table. */
  tableUsers: number;
  /** Queues that Lambda polls. */
  polledQueues: number;
  /** Batches of messages that notify-customer handles at once. */
  notifyConcurrency: number;
  queues: number;
  topics: number;
  logGroups: number;
  logRetentionDays: number;
  /** Bytes of a request's line in the access log. */
  accessLogBytes: number;
  /** Metrics that alarms look at. */
  alarmMetrics: number;
  /** Metrics of the system's own, each set of dimensions by itself. */
  customMetrics: number;
  /** Metrics of the APIs' single methods, if each is called. */
  methodMetrics: number;
  dashboards: number;
  secrets: number;
  /** Keys of the account's own, where it is to have any. */
  keys: number;
  /** Web ACLs before the APIs, where there are to be any, and their rules. */
  webAcls: number;
  webAclRules: number;
}

export const FIXED: Readonly<Fixed> = deployed;

/** What a customer's visit of the website asks for, from the shop to the page of the order, what the API answers not included. */
export interface Visit {
  /** Requests to CloudFront. */
  requests: number;
  /** Kilobytes (1,000 bytes) of the files, compressed. */
  kilobytes: number;
  /** Requests that CloudFront passes on to the bucket. */
  originRequests: number;
  /** Requests to the API in which the browser asks for leave. */
  preflights: number;
}

export const VISIT: Readonly<Visit> = visited;

/** Milliseconds that a warm invocation took on the emulator, the median by handler, when `./orders recount` ran. */
export const DURATIONS: Readonly<Record<string, number>> = measured;

/**
 * What an order for so many products asks of AWS, on a line between the numbers of products that were counted.
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

/** Adds counts up, each so many times. */
export function total(parts: [Counts, times: number][]): Counts {
  const sum = (value: (counts: Counts) => number) =>
    parts.reduce((all, [counts, times]) => all + value(counts) * times, 0);
  const byName = (values: (counts: Counts) => Record<string, number>) => {
    const names = new Set(parts.flatMap(([counts]) => Object.keys(values(counts))));
    return Object.fromEntries([...names].map((name) => [name, sum((counts) => values(counts)[name] ?? 0)]));
  };
  const handlers = new Set(parts.flatMap(([{ calls }]) => Object.keys(calls)));
  return {
    requests: sum(({ requests }) => requests),
    answerBytes: sum(({ answerBytes }) => answerBytes),
    invocations: byName(({ invocations }) => invocations),
    calls: Object.fromEntries([...handlers].map((handler) => [handler, byName(({ calls }) => calls[handler] ?? {})])),
    readUnits: sum(({ readUnits }) => readUnits),
    writeUnits: sum(({ writeUnits }) => writeUnits),
    hotKeys: byName(({ hotKeys }) => hotKeys),
    storedBytes: sum(({ storedBytes }) => storedBytes),
    transitions: sum(({ transitions }) => transitions),
    logBytes: sum(({ logBytes }) => logBytes),
  };
}

/** How many calls there are of an operation, e.g. `ses:SendEmail`. */
export function callsOf({ calls }: Counts, operation: string): number {
  return Object.values(calls).reduce((sum, own) => sum + (own[operation] ?? 0), 0);
}
