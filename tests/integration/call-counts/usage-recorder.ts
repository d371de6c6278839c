import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeStateMachineCommand, paginateGetExecutionHistory, SFNClient } from "@aws-sdk/client-sfn";
import { countBy, sum } from "es-toolkit";
import type { PartitionWrite } from "../../../tools/cost/capacity.ts";
import type { Counts } from "../../../tools/cost/counts.ts";
import type { Answer } from "../../support/api-client.ts";
import { handlerOf } from "../../support/call-proxy.ts";
import { Executions } from "../../support/executions.ts";
import type { TestStack } from "../../support/stack.ts";
import type { CallCounter } from "./call-counter.ts";

/** How far a stack's calls, logs and executions had come at some time. */
export interface Snapshot {
  calls: number;
  /** Lines that each handler's function has logged. */
  lines: Record<string, string[]>;
  /** ARNs of all executions. */
  executions: string[];
}

/** Tells what happened on a stack since a time. */
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

  async look(): Promise<Snapshot> {
    const executions = await this.executions.list();
    return {
      calls: this.counter.calls.length,
      lines: await linesByHandler(this.stack, this.logs),
      executions: executions.map(({ executionArn = "" }) => executionArn),
    };
  }

  /**
   * What happened since, but for what functions logged themselves.
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
    const histories = await Promise.all(started.map((arn) => this.history(arn)));
    const workflowBytes = histories.flat().length * (await this.eventBytes());
    const writes = calls.flatMap((call) => call.writes);
    const groups = [...Map.groupBy(calls, ({ handler }) => handler)];
    return {
      requests: answers.length,
      responseBytes: sum(answers.map(({ body }) => Buffer.byteLength(JSON.stringify(body)))),
      invocations: sorted(lines.map(([handler, own]) => [handler, own.filter(isEnd).length])),
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
   * Bytes of what functions logged themselves, by the correlation id of the request that brought it about. By time it
   * can't be told: what a function writes last may come to its log only when it is called the next time.
   */
  async loggedBytes(): Promise<Record<string, number>> {
    const bytes: Record<string, number> = {};
    for (const lines of Object.values(await linesByHandler(this.stack, this.logs))) {
      let id = "";
      for (const line of lines.filter((line) => !isPlatform(line))) {
        // What has none, as an error that the runtime tells of, follows a line that has.
        id = /"correlationId":"([^"]+)"/.exec(line)?.[1] ?? id;
        bytes[id] = (bytes[id] ?? 0) + logBytes(line);
      }
    }
    return bytes;
  }

  /** Waits until executions have ended. */
  async untilEnded(executionArns: string[]): Promise<void> {
    for (const arn of executionArns) await this.executions.end(arn);
  }

  /** The types of the events in an execution's history. */
  private async history(executionArn: string): Promise<string[]> {
    const types: string[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: this.workflows }, { executionArn })) {
      types.push(...events.map(({ type = "" }) => type));
    }
    return types;
  }

  /** Bytes of an event in the workflow's log, if it logs its executions' whole histories. */
  private async eventBytes(): Promise<number> {
    const stateMachineArn = this.stack.outputs.stateMachineArn ?? "";
    const describe = new DescribeStateMachineCommand({ stateMachineArn });
    const { loggingConfiguration } = await this.workflows.send(describe);
    return loggingConfiguration?.level === "ALL" ? EVENT_BYTES + Buffer.byteLength(WORKFLOW_EVENT) : 0;
  }
}

/**
 * Each state that was entered, and each repetition of its task. Source: AWS, Step Functions pricing: "a state
 * transition each time a step of your workflow is executed", "including retries".
 */
function transitionsOf(history: string[]): number {
  const count = (pattern: RegExp) => history.filter((type) => pattern.test(type)).length;
  return count(/StateEntered$/) + count(/^(LambdaFunction|Task)Scheduled$/) - count(/^TaskStateEntered$/);
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

/** Whether it is the platform that wrote a line. */
function isPlatform(line: string): boolean {
  return /^(START|END|REPORT) RequestId:/.test(line);
}

/** That line as it is on AWS, where it is longer. Source: Lambda's developer guide, "Using Lambda with X-Ray". */
const END =
  "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 15.74 ms\tBilled Duration: 16 ms\t" +
  "Memory Size: 512 MB\tMax Memory Used: 110 MB\t\n" +
  "XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n";

/** A line of the workflow's, which the emulator does not write. Source: Step Functions' developer guide, "Log levels". */
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

/** In the order of the names, so that what is written is always the same. */
function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
