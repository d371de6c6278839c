import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { paginateGetExecutionHistory, SFNClient } from "@aws-sdk/client-sfn";
import type { PartitionWrite } from "../../cost/capacity.ts";
import type { Counts } from "../../cost/counts.ts";
import type { Answer } from "./api-client.ts";
import { type CallCounter, handlerOf } from "./call-counter.ts";
import { Executions } from "./executions.ts";
import type { TestStack } from "./stack.ts";

/** How far a stack's calls, logs and executions had come at some time. */
export interface Snapshot {
  calls: number;
  /** Lines that each handler's function has logged. */
  lines: Record<string, string[]>;
  /** ARNs of all executions. */
  executions: string[];
}

/** Tells what happened on a stack since a time. */
export class Happenings {
  private readonly stack: TestStack;
  private readonly counter: CallCounter;
  private readonly logs: CloudWatchLogs;
  private readonly executions: Executions;

  constructor(stack: TestStack, counter: CallCounter) {
    this.stack = stack;
    this.counter = counter;
    this.logs = new CloudWatchLogs(stack.awsClient);
    this.executions = new Executions(stack);
  }

  async look(): Promise<Snapshot> {
    const executions = await this.executions.list();
    return {
      calls: this.counter.calls.length,
      lines: await linesByHandler(this.stack, this.logs),
      executions: executions.map(({ executionArn = "" }) => executionArn),
    };
  }

  /**
   * What happened since.
   *
   * @param answers - The API's answers meanwhile.
   * @param only - The handler that counts. Otherwise all do but the sweeper, which comes in between at any time.
   */
  async since(before: Snapshot, answers: Answer[], only?: string): Promise<Omit<Counts, "storedBytes">> {
    const now = await this.look();
    const counts = (handler: string) => (only === undefined ? handler !== "sweep-orders" : handler === only);
    const calls = this.counter.calls.slice(before.calls, now.calls).filter(({ handler }) => counts(handler));
    const lines = Object.entries(now.lines)
      .filter(([handler]) => counts(handler))
      .map(([handler, all]) => [handler, all.slice(before.lines[handler]?.length)] as const)
      .filter(([, own]) => own.length > 0);
    const started = now.executions.filter((arn) => !before.executions.includes(arn));
    const transitions = await Promise.all(started.map((arn) => this.transitions(arn)));
    const writes = calls.flatMap((call) => call.writes);
    const groups = [...Map.groupBy(calls, ({ handler }) => handler)];
    return {
      requests: answers.length,
      answerBytes: sum(answers.map(({ body }) => Buffer.byteLength(JSON.stringify(body)))),
      invocations: sorted(lines.map(([handler, own]) => [handler, own.filter(isEnd).length])),
      calls: sorted(groups.map(([handler, own]) => [handler, countBy(own, ({ operation }) => operation)])),
      readUnits: sum(calls.map(({ readUnits }) => readUnits)),
      writeUnits: sum(writes.map(({ units }) => units)),
      hotKeys: sorted(
        [...Map.groupBy(writes, hotKeyOf)].map(([name, own]) => [name, sum(own.map(({ units }) => units))]),
      ),
      transitions: sum(transitions),
      logBytes: sum(lines.flatMap(([, own]) => own.map(logBytes))),
    };
  }

  /** Waits until executions have ended. */
  async untilEnded(executionArns: string[]): Promise<void> {
    for (const arn of executionArns) await this.executions.end(arn);
  }

  /**
   * Each state that was entered, and each repetition of its task. Source: AWS, Step Functions pricing: "a state
   * transition each time a step of your workflow is executed", "including retries".
   */
  private async transitions(executionArn: string): Promise<number> {
    const types: string[] = [];
    const client = new SFNClient(this.stack.awsClient);
    for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
      types.push(...events.map(({ type = "" }) => type));
    }
    const count = (pattern: RegExp) => types.filter((type) => pattern.test(type)).length;
    return count(/StateEntered$/) + count(/^(LambdaFunction|Task)Scheduled$/) - count(/^TaskStateEntered$/);
  }
}

/** Keys that differ by order or shard are taken together: `byStatus PENDING` for `PENDING#0`. */
function hotKeyOf({ index, key }: PartitionWrite): string {
  return `${index || "table"} ${key.split("#")[0]}`;
}

/** The lines of a stack's functions. */
export async function linesByHandler(
  { name, awsClient }: TestStack,
  client = new CloudWatchLogs(awsClient),
): Promise<Record<string, string[]>> {
  const lines: Record<string, string[]> = {};
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = "" } of logGroups) {
      const handler = handlerOf(logGroupName);
      if (!logGroupName.includes(name) || handler === "") continue;
      const own: string[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        own.push(...events.map(({ message = "" }) => message).filter((message) => message !== ""));
      }
      lines[handler] = own;
    }
  }
  return lines;
}

/** Whether a line ends an invocation's. */
export function isEnd(line: string): boolean {
  return line.startsWith("REPORT RequestId:");
}

/** That line as it is on AWS, where it is longer. Source: Lambda's developer guide, "Using Lambda with X-Ray". */
const END =
  "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 15.74 ms\tBilled Duration: 16 ms\t" +
  "Memory Size: 512 MB\tMax Memory Used: 110 MB\t\n" +
  "XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n";

/** What CloudWatch Logs adds to each event. Source: its API reference, PutLogEvents. */
const EVENT_BYTES = 26;

/** Bytes of a line; where numbers differ from time to time, always of as many digits. */
function logBytes(line: string): number {
  const text = line
    .replace(/"durationMs":\d+/, '"durationMs":50')
    .replace(/"OrderLatency":\d+/, '"OrderLatency":1000')
    .replace('"cold_start":true', '"cold_start":false');
  return EVENT_BYTES + Buffer.byteLength(isEnd(line) ? END : text);
}

function countBy<T>(values: T[], name: (value: T) => string): Record<string, number> {
  return sorted([...Map.groupBy(values, name)].map(([group, { length }]) => [group, length]));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** In the order of the names, so that what is written is always the same. */
function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
