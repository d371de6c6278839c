import { COUNTS, type Counts, FIXED, type Happening, orderOf, total, VISIT } from "./counts.ts";
import { type Price, priceOf, type Region } from "./prices.ts";
import { HOURS, type Usage, usageOf, visitUsage } from "./usage.ts";

/** What a bill is for. */
export interface BillOptions {
  /** Orders a month. */
  orders: number;
  /** Different products of each order, 1 to 50. */
  items: number;
  region: Region;
  /** Whether a key of the account's own encrypts everything. */
  kms: boolean;
  /** Whether a web ACL stands before the APIs. */
  waf: boolean;
}

/** A line of a bill. */
export interface BillLine {
  service: string;
  /** What is paid for. */
  what: string;
  quantity: number;
  /** A month. */
  dollars: number;
}

/** A month's bill, without taxes and without AWS's free tier. */
export interface Bill {
  /** What grows with the orders. */
  usage: BillLine[];
  /** What is paid without any order, too. */
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

/** Makes the bill of a month. */
export function billOf({ orders, items, region, kms, waf }: BillOptions): Bill {
  // Each customer looks at a page of the catalogue before, and at the order afterwards, on the website.
  const month = total([
    [orderOf(items), orders],
    [COUNTS.pageOfProducts, orders],
    [COUNTS.orderRead, orders],
    [PREFLIGHT, orders * VISIT.preflights],
  ]);
  const used = { ...usageOf(month), ...visitUsage(orders) };
  const usage = lines({ ...used, ...(waf && { webAclRequest: month.requests }) }, region);
  const fixed = [...lines(fixedUsage(kms, waf), region), sweeper(region)];
  const [usageDollars, fixedDollars] = [sum(usage), sum(fixed)];
  return { usage, fixed, usageDollars, fixedDollars, totalDollars: usageDollars + fixedDollars };
}

/** What a million visits of the website cost, in dollars of usage, the API's part of them not included. */
export function priceOfMillionVisits(region: Region): number {
  return sum(lines(visitUsage(1e6), region));
}

/** What a million of something that happens cost, in dollars of usage. */
export function priceOfMillion(happening: Happening, { region, waf }: BillOptions): number {
  const million = total([[COUNTS[happening], 1e6]]);
  return sum(lines({ ...usageOf(million), ...(waf && { webAclRequest: million.requests }) }, region));
}

/** A browser's request before the one it means to make. API Gateway answers it by itself. */
const PREFLIGHT: Counts = {
  ...{ requests: 1, answerBytes: 0, invocations: {}, calls: {}, readUnits: 0, writeUnits: 0, hotKeys: {} },
  ...{ storedBytes: 0, transitions: 0, logBytes: 0 },
};

const MINUTES = HOURS * 60;

/** Lambda's connections to a queue that has nothing, and what they ask for in a minute: each waits 20 s for messages. */
const POLLERS = 5;
const POLLS_A_MINUTE = 3;

/** Whoever uses a key keeps what it decrypted for five minutes: at most so often an hour. Source: the guides on KMS. */
const KEY_REQUESTS_AN_HOUR = 12;

function fixedUsage(kms: boolean, waf: boolean): Usage {
  const { tableUsers, queues, topics, logGroups, polledQueues } = FIXED;
  // Who writes and who reads use the key of a queue; the table has one of AWS's in any case, whose use is billed too.
  const keyUsers = tableUsers + (kms ? 2 * queues + topics + logGroups : 0);
  return {
    queueRequest: polledQueues * POLLERS * POLLS_A_MINUTE * MINUTES,
    metric: FIXED.customMetrics,
    methodMetric: FIXED.methodMetrics,
    alarmMetric: FIXED.alarmMetrics,
    dashboard: FIXED.dashboards,
    secret: FIXED.secrets,
    keyRequest: keyUsers * KEY_REQUESTS_AN_HOUR * HOURS,
    ...(kms && { key: FIXED.keys }),
    ...(waf && { webAcl: FIXED.webAcls, webAclRule: FIXED.webAclRules }),
  };
}

/** Its minutes, whatever they take, on one line. */
function sweeper(region: Region): BillLine {
  const used = lines(usageOf(total([[COUNTS.idleSweep, MINUTES]])), region);
  return { service: "Sweeper", what: "minutes", quantity: MINUTES, dollars: sum(used) };
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

function sum(bill: BillLine[]): number {
  return bill.reduce((dollars, line) => dollars + line.dollars, 0);
}
