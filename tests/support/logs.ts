import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { after, before, beforeEach } from "mocha";
import { logger } from "../../handlers/lib/log.ts";
import type { TestStack } from "./stack.ts";

/** A line that a function logged as JSON. */
export interface LogLine {
  service: string;
  /** RFC 3339, UTC. */
  timestamp: string;
  message: string;
  xray_trace_id?: string;
  correlationId?: string;
  orderId?: string;
  function_request_id?: string;
  outcome?: string;
  durationMs?: number;
  /** The event's type. */
  type?: string;
  /** In metrics only, which have no `timestamp`. */
  _aws?: { Timestamp: number };
}

/** What the functions log about an order that completes, without its notifications: service and outcome. */
export const COMPLETED_ORDER_STEPS = [
  "create-order: created",
  "order-start-fulfilment: started",
  "fulfilment-begin-order: BEGUN",
  "fulfilment-reserve-stock: RESERVED",
  "fulfilment-process-payments: CHARGED",
  "fulfilment-complete-order: COMPLETED",
];

/** All lines in a deployed stack's logs, including the platform's. */
export async function rawLogLines(stack: TestStack, filterPattern?: string): Promise<string[]> {
  const client = new CloudWatchLogs(stack.awsClient);
  const groups: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    groups.push(...logGroups.map(({ logGroupName = "" }) => logGroupName).filter((name) => name.includes(stack.name)));
  }
  const lines = groups.map(async (logGroupName) => {
    const found: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, filterPattern })) {
      found.push(...events.map(({ message = "" }) => message));
    }
    return found;
  });
  return (await Promise.all(lines)).flat();
}

/** The lines that a deployed stack's functions logged, of one order if `orderId` is given, sorted by start time. */
export async function logLines(stack: TestStack, orderId?: string): Promise<LogLine[]> {
  const lines = await rawLogLines(stack, orderId && `"${orderId}"`);
  const parsed = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  return parsed.sort((a, b) => startTime(a) - startTime(b));
}

/** A step logs its line at its end, when the next step may have started already. */
function startTime({ _aws, timestamp, durationMs = 0 }: LogLine): number {
  return _aws ? _aws.Timestamp : Date.parse(timestamp) - durationMs;
}

/** The fields of a log line or a metric. */
export type CapturedLine = Record<string, unknown>;

/**
 * Captures what handlers log in this process, and keeps it out of the test report.
 *
 * @returns The lines logged since the test began.
 */
export function useCapturedLogs(): () => CapturedLine[] {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  const level = logger.getLevelName();
  let captured: CapturedLine[] = [];

  before("capture the handlers' logs", () => {
    // Another suite in this process may have silenced the logger.
    logger.setLogLevel("INFO");
    for (const stream of streams) {
      const write = stream.write.bind(stream);
      stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
        if (typeof chunk !== "string" || !chunk.startsWith("{")) return write(chunk, ...rest);
        captured.push(JSON.parse(chunk));
        return true;
      }) as typeof stream.write;
    }
  });

  beforeEach(() => {
    captured = [];
  });

  after("stop capturing", () => {
    logger.setLogLevel(level);
    for (const [index, stream] of streams.entries()) stream.write = writes[index] as typeof stream.write;
  });

  return () => captured;
}

/** Sums the metrics among captured lines, by name. */
export function metricsIn(lines: CapturedLine[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { _aws, ...fields } of lines as { _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } }[]) {
    const names = _aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
    for (const name of names) totals[name] = (totals[name] ?? 0) + Number((fields as CapturedLine)[name]);
  }
  return totals;
}
