import { sumBy } from "es-toolkit";
import { COUNTS, type Counts, FIXED, NO_COUNTS, orderOf, type Scenario, total, VISIT } from "./counts.ts";
import { type Price, priceOf, type Region } from "./prices.ts";
import { HOURS_PER_MONTH, type Usage, usageOf, visitUsage } from "./usage.ts";

/** What to bill. */
export interface BillOptions {
  /** Orders per month. */
  orders: number;
  /** Products per order, 1 to 50. */
  items: number;
  region: Region;
  /** Whether a customer managed key encrypts everything. */
  kms: boolean;
  /** Whether the APIs have a web ACL. */
  waf: boolean;
}

/** A line of the bill. */
export interface BillLine {
  service: string;
  /** The unit of the quantity. */
  what: string;
  quantity: number;
  /** Per month. */
  dollars: number;
}

/** A month's bill, without taxes and AWS's free tier. */
export interface Bill {
  /** Costs that grow with the orders. */
  usage: BillLine[];
  /** Costs without any orders. */
  fixed: BillLine[];
  usageDollars: number;
  fixedDollars: number;
  totalDollars: number;
}

const LABELS: Record<Price, [service: string, what: string]> = {
  apiRequest: ["API Gateway", "requests"],
  dataOutGB: ["API Gateway", "GB of responses"],
  pageRequest: ["CloudFront", "requests"],
  pageGB: ["CloudFront", "GB of pages"],
  fileRequest: ["S3", "requests"],
  functionRequest: ["Lambda", "invocations"],
  functionGBSecond: ["Lambda", "GB-seconds"],
  writeUnit: ["DynamoDB", "write units"],
  readUnit: ["DynamoDB", "read units"],
  tableGB: ["DynamoDB", "GB-months"],
  backupGB: ["DynamoDB", "GB-months of backup"],
  queueRequest: ["SQS", "requests"],
  topicRequest: ["SNS", "publications"],
  text: ["SNS", "text messages"],
  mail: ["SES", "emails"],
  transition: ["Step Functions", "state transitions"],
  logGB: ["CloudWatch", "GB of logs"],
  logStorageGB: ["CloudWatch", "GB-months of logs"],
  metric: ["CloudWatch", "custom metrics"],
  methodMetric: ["CloudWatch", "method metrics"],
  alarmMetric: ["CloudWatch", "alarm metrics"],
  dashboard: ["CloudWatch", "dashboards"],
  trace: ["X-Ray", "traces"],
  secret: ["Secrets Manager", "secrets"],
  secretRequest: ["Secrets Manager", "requests"],
  key: ["KMS", "keys"],
  keyRequest: ["KMS", "requests"],
  webAcl: ["WAF", "web ACLs"],
  webAclRule: ["WAF", "rules"],
  webAclRequest: ["WAF", "requests"],
};

/** Calculates the bill for a month. */
export function billOf({ orders, items, region, kms, waf }: BillOptions): Bill {
  // Each customer visits the website, and views a page of the catalogue before and the order afterwards.
  const month = total([
    [orderOf(items), orders],
    [COUNTS.pageOfProducts, orders],
    [COUNTS.orderRead, orders],
    [PREFLIGHT, orders * VISIT.preflights],
  ]);
  const used = { ...usageOf(month), ...visitUsage(orders) };
  const usage = lines({ ...used, ...(waf && { webAclRequest: month.requests }) }, region);
  const fixed = [...lines(fixedUsage(kms, waf), region), sweeper(region)];
  const [usageDollars, fixedDollars] = [dollarsOf(usage), dollarsOf(fixed)];
  return { usage, fixed, usageDollars, fixedDollars, totalDollars: usageDollars + fixedDollars };
}

/** The usage costs of a million visits to the website, in dollars, without the API. */
export function priceOfMillionVisits(region: Region): number {
  return dollarsOf(lines(visitUsage(1e6), region));
}

/** The usage costs of a million runs of a scenario, in dollars. */
export function priceOfMillion(scenario: Scenario, { region, waf }: BillOptions): number {
  const million = total([[COUNTS[scenario], 1e6]]);
  return dollarsOf(lines({ ...usageOf(million), ...(waf && { webAclRequest: million.requests }) }, region));
}

/** A CORS preflight request, to which API Gateway itself responds. */
const PREFLIGHT: Counts = { ...NO_COUNTS, requests: 1 };

const MINUTES_PER_MONTH = HOURS_PER_MONTH * 60;

/** Lambda's connections to an idle queue, and the polls of each: it waits 20 s for messages. */
const POLLERS = 5;
const POLLS_PER_MINUTE = 3;

/** Services cache data keys for five minutes. Source: the KMS chapters of their guides. */
const KEY_REQUESTS_PER_HOUR = 12;

function fixedUsage(kms: boolean, waf: boolean): Usage {
  const { tableUsers, queues, topics, logGroups, polledQueues } = FIXED;
  // Senders and receivers both use a queue's key. The table always has one; AWS bills the use even of its own.
  const keyUsers = tableUsers + (kms ? 2 * queues + topics + logGroups : 0);
  return {
    queueRequest: polledQueues * POLLERS * POLLS_PER_MINUTE * MINUTES_PER_MONTH,
    metric: FIXED.customMetrics,
    methodMetric: FIXED.methodMetrics,
    alarmMetric: FIXED.alarmMetrics,
    dashboard: FIXED.dashboards,
    secret: FIXED.secrets,
    keyRequest: keyUsers * KEY_REQUESTS_PER_HOUR * HOURS_PER_MONTH,
    ...(kms && { key: FIXED.keys }),
    ...(waf && { webAcl: FIXED.webAcls, webAclRule: FIXED.webAclRules }),
  };
}

/** All costs of its runs in one line. */
function sweeper(region: Region): BillLine {
  const used = lines(usageOf(total([[COUNTS.idleSweep, MINUTES_PER_MONTH]])), region);
  return { service: "Sweeper", what: "minutes", quantity: MINUTES_PER_MONTH, dollars: dollarsOf(used) };
}

function lines(usage: Usage, region: Region): BillLine[] {
  const used = Object.entries(usage).filter(([, quantity]) => quantity > 0) as [Price, number][];
  return used
    .map(([price, quantity]) => {
      const [service, what] = LABELS[price];
      return { service, what, quantity, dollars: quantity * priceOf(price, region) };
    })
    .toSorted((a, b) => b.dollars - a.dollars);
}

function dollarsOf(bill: BillLine[]): number {
  return sumBy(bill, ({ dollars }) => dollars);
}
