import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import pLimit from "p-limit";
import type { Stack } from "../../stacks/stack.ts";

/** What a function logged: the fields of the line, these among others. */
export interface StoryLine {
  /** RFC 3339. */
  began: string;
  /** When the line was written, which is when it was done. RFC 3339. */
  timestamp: string;
  service: string;
  level: string;
  message: string;
  orderId?: string;
  outcome?: string;
  reason?: string;
  durationMs?: number;
  /** Type of the event that it is about. */
  type?: string;
  execution?: string;
  error?: { name: string; message: string };
}

/** AWS answers a handful of such requests a second. */
const AT_ONCE = 5;

/** Whether somebody merely looked at the order. */
export function isRead({ service }: StoryLine): boolean {
  return service === "get-order";
}

/** What all functions of a stack logged of an order, in the order in which it began. */
export function storyOf(stack: Stack, orderId: string): Promise<StoryLine[]> {
  return logLines(stack, { filterPattern: `"${orderId}"`, startTime: placedAt(orderId) - CLOCKS_DIFFER_MS });
}

/**
 * What all functions of a stack logged, in the order in which it began.
 *
 * @param request - A filter pattern of CloudWatch Logs, and the time of the oldest line, in milliseconds since 1970.
 */
export async function logLines(
  { stage, awsClient }: Stack,
  request: { filterPattern: string; startTime: number },
): Promise<StoryLine[]> {
  const client = new CloudWatchLogsClient(awsClient);
  const logGroupNamePrefix = `/orders/${stage}/`;
  const groups: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
    groups.push(...logGroups.flatMap(({ logGroupName = [] }) => logGroupName));
  }
  const limit = pLimit(AT_ONCE);
  const found = await Promise.all(
    groups.map((logGroupName) =>
      limit(async () => {
        const messages: string[] = [];
        for await (const { events = [] } of paginateFilterLogEvents({ client }, { ...request, logGroupName })) {
          messages.push(...events.flatMap(({ message = [] }) => message));
        }
        return messages;
      }),
    ),
  );
  return found
    .flat()
    .flatMap(storyLine)
    .sort((a, b) => (a.began < b.began ? -1 : 1));
}

const CLOCKS_DIFFER_MS = 60_000;

/** The time that the id was made at: its first 48 bits (RFC 9562, version 7). */
function placedAt(orderId: string): number {
  return Number.parseInt(orderId.replaceAll("-", "").slice(0, 12), 16);
}

/** Neither the platform's own lines nor those that only make metrics. */
function storyLine(message: string): StoryLine[] {
  const line = parsed(message);
  if (line === undefined) return [];
  if (line._aws !== undefined || typeof line.timestamp !== "string") return [];
  const { timestamp, durationMs = 0 } = line;
  return [{ began: new Date(Date.parse(timestamp) - durationMs).toISOString(), ...line }];
}

/** A line of JSON, whose fields are our functions' if it has a time stamp. */
function parsed(message: string): (Omit<StoryLine, "began"> & { _aws?: unknown }) | undefined {
  try {
    return message.startsWith("{") ? JSON.parse(message) : undefined;
  } catch {
    return undefined; // a line of the platform, or of a library
  }
}
