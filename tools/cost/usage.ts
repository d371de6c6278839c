import { type Counts, callsOf, DURATIONS, FIXED, VISIT } from "./counts.ts";
import type { Price } from "./prices.ts";

/** So much of what has a price, in the price's units. */
export type Usage = Partial<Record<Price, number>>;

/** Hours of a month, as AWS counts them. */
export const HOURS = 730;

const SECONDS = HOURS * 3_600;

const GB = 2 ** 30;

/** Functions that get their events from queues or streams. Each begins a trace of its own. */
const BY_EVENT = ["publish-events", "start-fulfilment", "notify-customer"];

const BY_QUEUE = ["start-fulfilment", "notify-customer"];

/** An assumption: so many invocations start a new instance, which takes so many ms more, and these are billed. */
const COLD_STARTS = { share: 0.25, ms: 500 };

/** What a month of this takes of everything that has a price. */
export function usageOf(month: Counts): Usage {
  const of = (handlers: string[]) => handlers.reduce((sum, handler) => sum + (month.invocations[handler] ?? 0), 0);
  const handlers = Object.keys(month.invocations);
  const invocations = of(handlers);
  const busyMs = handlers.reduce((sum, handler) => sum + of([handler]) * durationOf(handler), 0);
  const secretReads = callsOf(month, "secretsmanager:GetSecretValue") + COLD_STARTS.share * of(SECRET_READERS);
  const log = (month.logBytes + month.requests * FIXED.accessLogBytes) / GB;
  // An API's requests, and each function that events call, are sampled by themselves.
  const traced = [month.requests, ...BY_EVENT.map((handler) => of([handler])), of(["sweep-orders"])];
  return {
    apiRequest: month.requests,
    dataOutGB: month.answerBytes / GB,
    functionRequest: invocations,
    functionGBSecond:
      ((busyMs + invocations * COLD_STARTS.share * COLD_STARTS.ms) / 1_000) * (FIXED.functionMemory / 1_024),
    writeUnit: month.writeUnits,
    readUnit: month.readUnits,
    tableGB: month.storedBytes / GB,
    backupGB: month.storedBytes / GB,
    // The topic sends it, Lambda receives it, and deletes it.
    queueRequest: 3 * of(BY_QUEUE),
    topicRequest: callsOf(month, "sns:PublishBatch"),
    text: callsOf(month, "sns:Publish"),
    mail: callsOf(month, "ses:SendEmail"),
    transition: month.transitions,
    logGB: log,
    logStorageGB: (log * FIXED.logRetentionDays) / 30,
    trace: traced.reduce((sum, count) => sum + tracesOf(count), 0),
    secretRequest: secretReads,
  };
}

/** An assumption: headers of an answer, those for security among them. CloudFront bills them, too. */
const HEADER_BYTES = 1_000;

/** What so many visits of the website take of CloudFront and of S3. */
export function visitUsage(visits: number): Usage {
  const bytes = VISIT.kilobytes * 1_000 + VISIT.requests * HEADER_BYTES;
  return {
    pageRequest: visits * VISIT.requests,
    pageGB: (visits * bytes) / GB,
    fileRequest: visits * VISIT.originRequests,
  };
}

/** Functions that read a secret when they start. */
const SECRET_READERS = ["list-orders", "list-products"];

function durationOf(handler: string): number {
  const duration = DURATIONS[handler];
  if (duration === undefined) throw new Error(`The duration of ${handler} is not known: run "./orders recount".`);
  return duration;
}

/** X-Ray's default rule: the first in each second, and a twentieth of the others. They are taken to come evenly. */
function tracesOf(count: number): number {
  return Math.min(count, SECONDS) + 0.05 * Math.max(0, count - SECONDS);
}
