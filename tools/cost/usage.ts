import { sum, sumBy } from "es-toolkit";
import { type Counts, callsOf, DURATIONS, FIXED, VISIT } from "./counts.ts";
import type { Price } from "./prices.ts";

/** Quantities to pay for, in the units of their prices. */
export type Usage = Partial<Record<Price, number>>;

/** As AWS counts them. */
export const HOURS_PER_MONTH = 730;

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;

const GB = 2 ** 30;

const QUEUE_CONSUMERS = ["start-fulfilment", "process-payments", "notify-customer"];

/** Functions invoked by a queue or a stream. Each invocation starts a trace. */
const EVENT_CONSUMERS = ["publish-events", ...QUEUE_CONSUMERS];

/** An assumption: the share of invocations that are cold starts, and the additional milliseconds billed for each. */
const COLD_STARTS = { share: 0.25, ms: 500 };

/** A month's counts as quantities to pay for. */
export function usageOf(month: Counts): Usage {
  const invocationsOf = (handlers: string[]) => sumBy(handlers, (handler) => month.invocations[handler] ?? 0);
  const invocations = sum(Object.values(month.invocations));
  const warmMs = sumBy(Object.entries(month.invocations), ([handler, count]) => count * durationOf(handler));
  const functionSeconds = (warmMs + invocations * COLD_STARTS.share * COLD_STARTS.ms) / 1_000;
  const logGB = (month.logBytes + month.requests * FIXED.accessLogBytes) / GB;
  // The APIs, and each function that events or a schedule invoke, are sampled separately.
  const traced = [month.requests, ...[...EVENT_CONSUMERS, "sweep-orders"].map((handler) => invocationsOf([handler]))];
  return {
    apiRequest: month.requests,
    dataOutGB: month.responseBytes / GB,
    functionRequest: invocations,
    functionGBSecond: functionSeconds * (FIXED.functionMemory / 1_024),
    writeUnit: month.writeUnits,
    readUnit: month.readUnits,
    tableGB: month.storedBytes / GB,
    backupGB: month.storedBytes / GB,
    // The topic or the workflow sends a message; Lambda receives and deletes it.
    queueRequest: 3 * invocationsOf(QUEUE_CONSUMERS),
    topicRequest: callsOf(month, "sns:PublishBatch"),
    text: callsOf(month, "sns:Publish"),
    mail: callsOf(month, "ses:SendEmail"),
    transition: month.transitions,
    logGB,
    logStorageGB: (logGB * FIXED.logRetentionDays) / 30,
    trace: sumBy(traced, sampledTraces),
    secretRequest: callsOf(month, "secretsmanager:GetSecretValue") + COLD_STARTS.share * invocationsOf(SECRET_READERS),
  };
}

/** An assumption: bytes of a response's headers, including security headers, which CloudFront bills, too. */
const HEADER_BYTES = 1_000;

/** What visits to the website use of CloudFront and S3. */
export function visitUsage(visits: number): Usage {
  const bytes = VISIT.kilobytes * 1_000 + VISIT.requests * HEADER_BYTES;
  return {
    pageRequest: visits * VISIT.requests,
    pageGB: (visits * bytes) / GB,
    fileRequest: visits * VISIT.originRequests,
  };
}

/** Functions that read a secret during a cold start. */
const SECRET_READERS = ["list-orders", "list-products"];

function durationOf(handler: string): number {
  const duration = DURATIONS[handler];
  if (duration === undefined) throw new Error(`The duration of ${handler} is not known: run "./orders recount".`);
  return duration;
}

/** X-Ray's default rule: the first request in each second, and 5 % of the others. Requests are assumed to be even. */
function sampledTraces(requests: number): number {
  return Math.min(requests, SECONDS_PER_MONTH) + 0.05 * Math.max(0, requests - SECONDS_PER_MONTH);
}
