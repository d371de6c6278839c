import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeStateMachineCommand, paginateGetExecutionHistory, SFNClient } from "@aws-sdk/client-sfn";
import { countBy, sum } from "es-toolkit";
import type { PartitionWrite } from "../../../tools/cost/capacity.ts";
import type { Counts } from "../../../tools/cost/counts.ts";
import type { ApiResponse } from "../../support/api-client.ts";
import { handlerOf } from "../../support/call-proxy.ts";
import { Executions } from "../../support/executions.ts";
import type { TestStack } from "../../support/stack.ts";
import type { CallCounter } from "./call-counter.ts";

/** The state of a stack's calls, logs and executions at some time. */
export interface Snapshot {
  calls: number;
  /** The log lines of each handler's function. */
  lines: Record<string, string[]>;
  /** ARNs of all executions. */
  executions: string[];
}

/** Reports a stack's usage since a snapshot. */
export class UsageRecorder {
  private readonly stack: TestStack;
  private readonly counter: CallCounter;
  private readonly logs: CloudWatchLogs;
  private readonly executions: Executions;
  private readonly workflows: SFNClient;

  constructor(stack: TestStack, counter: CallCounter) {
    this.stack = stack;
    this.counter = counter;
    this.logs = new CloudWatchLogs(stack.awsClient);
    this.executions = new Executions(stack);
    this.workflows = new SFNClient(stack.awsClient);
  }

  async snapshot(): Promise<Snapshot> {
    const executions = await this.executions.list();
    return {
      calls: this.counter.calls.length,
      lines: await linesByHandler(this.stack, this.logs),
      executions: executions.map(({ executionArn = "" }) => executionArn),
    };
  }

  /**
   * The usage since a snapshot, without the functions' own log lines.
   *
   * @param responses - The API's responses since then.
   * @param only - The one handler to include. By default all but the sweeper, which can run at any time.
   */
  async usageSince(before: Snapshot, responses: ApiResponse[], only?: string): Promise<Omit<Counts, "storedBytes">> {
    const now = await this.snapshot();
    const isIncluded = (handler: string) => (only === undefined ? handler !== "sweep-orders" : handler === only);
    const calls = this.counter.calls.slice(before.calls, now.calls).filter(({ handler }) => isIncluded(handler));
    const lines = Object.entries(now.lines)
      .filter(([handler]) => isIncluded(handler))
      .map(([handler, all]) => [handler, all.slice(before.lines[handler]?.length)] as const)
      .filter(([, own]) => own.length > 0);
    const started = now.executions.filter((arn) => !before.executions.includes(arn));
    const histories = await Promise.all(started.map((arn) => this.history(arn)));
    const workflowBytes = histories.flat().length * (await this.eventBytes());
    const writes = calls.flatMap((call) => call.writes);
    const groups = [...Map.groupBy(calls, ({ handler }) => handler)];
    return {
      requests: responses.length,
      responseBytes: sum(responses.map(({ body }) => Buffer.byteLength(JSON.stringify(body)))),
      invocations: sorted(lines.map(([handler, own]) => [handler, own.filter(isReport).length])),
      calls: sorted(
        groups.map(([handler, own]) => [handler, sorted(Object.entries(countBy(own, ({ operation }) => operation)))]),
      ),
      readUnits: sum(calls.map(({ readUnits }) => readUnits)),
      writeUnits: sum(writes.map(({ units }) => units)),
      hotKeys: sorted(
        [...Map.groupBy(writes, hotKeyOf)].map(([name, own]) => [name, sum(own.map(({ units }) => units))]),
      ),
      transitions: sum(histories.map(transitionsOf)),
      logBytes: workflowBytes + sum(lines.flatMap(([, own]) => own.filter(isPlatform).map(logBytes))),
    };
  }

  /**
   * Bytes of the functions' own log lines, by the correlation id of the request that caused them. Time can't separate
   * them: a function's last lines may appear in its log only with its next invocation.
   */
  async loggedBytes(): Promise<Record<string, number>> {
    const bytes: Record<string, number> = {};
    for (const lines of Object.values(await linesByHandler(this.stack, this.logs))) {
      let id = "";
      for (const line of lines.filter((line) => !isPlatform(line))) {
        // Lines without an id, such as errors logged by the runtime, belong to the line before.
        id = /"correlationId":"([^"]+)"/.exec(line)?.[1] ?? id;
        bytes[id] = (bytes[id] ?? 0) + logBytes(line);
      }
    }
    return bytes;
  }

  async untilEnded(executionArns: string[]): Promise<void> {
    for (const arn of executionArns) await this.executions.untilEnded(arn);
  }

  /** The event types in an execution's history. */
  private async history(executionArn: string): Promise<string[]> {
    const types: string[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: this.workflows }, { executionArn })) {
      types.push(...events.map(({ type = "" }) => type));
    }
    return types;
  }

  /** Bytes of an event in the workflow's log: zero unless it logs all events. */
  private async eventBytes(): Promise<number> {
    const stateMachineArn = this.stack.outputs.stateMachineArn ?? "";
    const describe = new DescribeStateMachineCommand({ stateMachineArn });
    const { loggingConfiguration } = await this.workflows.send(describe);
    return loggingConfiguration?.level === "ALL" ? EVENT_BYTES + Buffer.byteLength(WORKFLOW_EVENT) : 0;
  }
}

/**
 * Counts entered states and retried tasks. Source: AWS, Step Functions pricing: "a state transition each time a step of
 * your workflow is executed", "including retries".
 */
function transitionsOf(history: string[]): number {
  const count = (pattern: RegExp) => history.filter((type) => pattern.test(type)).length;
  return count(/StateEntered$/) + count(/^(LambdaFunction|Task)Scheduled$/) - count(/^TaskStateEntered$/);
}

/** Groups keys that differ only by order or shard: `byStatus PENDING` for `PENDING#0`. */
function hotKeyOf({ index, key }: PartitionWrite): string {
  return `${index || "table"} ${key.split("#")[0]}`;
}

/** The log lines of a stack's functions. */
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

/** Whether a line is the platform's report at the end of an invocation. */
export function isReport(line: string): boolean {
  return line.startsWith("REPORT RequestId:");
}

/** Whether the platform wrote a line, not the function. */
function isPlatform(line: string): boolean {
  return /^(START|END|REPORT) RequestId:/.test(line);
}

/** A report as AWS writes it, longer than the emulator's. Source: Lambda's developer guide, "Using Lambda with X-Ray". */
const REPORT =
  "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 15.74 ms\tBilled Duration: 16 ms\t" +
  "Memory Size: 512 MB\tMax Memory Used: 110 MB\t\n" +
  "XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n";

/** A line of the workflow's log, which the emulator lacks. Source: Step Functions' developer guide, "Log levels". */
const WORKFLOW_EVENT = JSON.stringify({
  id: "12",
  type: "LambdaFunctionScheduled",
  details: { resource: "arn:aws:lambda:us-east-1:123456789012:function:fulfilment-begin-order-function-0a1b2c3" },
  redrive_count: "0",
  previous_event_id: "11",
  event_timestamp: "1795273848480",
  execution_arn:
    "arn:aws:states:us-east-1:123456789012:execution:fulfilment-machine-0a1b2c3:01a1fea8-f5f0-73a9-a536-f81b845d501c",
});

/** The bytes that CloudWatch Logs adds to each event. Source: its API reference, PutLogEvents. */
const EVENT_BYTES = 26;

/** Bytes of a line. Values that vary between runs are replaced, so that the result doesn't. */
function logBytes(line: string): number {
  const text = line
    .replace(/"durationMs":\d+/, '"durationMs":50')
    .replace(/"OrderLatency":\d+/, '"OrderLatency":1000')
    .replace('"cold_start":true', '"cold_start":false');
  return EVENT_BYTES + Buffer.byteLength(isReport(line) ? REPORT : text);
}

/** Sorts by name, for reproducible output. */
function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
