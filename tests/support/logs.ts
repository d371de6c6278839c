import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import type { TestStack } from "./stack.ts";

/** A line that a function logged itself: JSON. */
export interface LogLine {
  service: string;
  /** RFC 3339, UTC. */
  timestamp: string;
  message: string;
  xray_trace_id?: string;
  correlationId?: string;
  orderId?: string;
  /** Of the function's call. */
  function_request_id?: string;
  outcome?: string;
  durationMs?: number;
  /** Type of the event that it is about. */
  type?: string;
  /** Of metrics only, which have no other time. */
  _aws?: { Timestamp: number };
}

/** Every line in the logs of a stack, the platform's own included. */
export async function logText(stack: TestStack, filterPattern?: string): Promise<string[]> {
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

/** What the functions logged, of an order where its id is given, in the order in which it began. */
export async function logLines(stack: TestStack, orderId?: string): Promise<LogLine[]> {
  const text = await logText(stack, orderId && `"${orderId}"`);
  const lines = text.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  return lines.sort((a, b) => startOf(a) - startOf(b));
}

/** A line is written when its step is done, but the next step may be under way by then. */
function startOf({ _aws, timestamp, durationMs = 0 }: LogLine): number {
  return _aws ? _aws.Timestamp : Date.parse(timestamp) - durationMs;
}
