import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { before } from "mocha";
import { isProcess } from "../../local/emulator/processes.ts";
import { type FunctionCall, proxyCalls, type ServiceResponse } from "../support/call-proxy.ts";
import type { TestStack } from "../support/stack.ts";
import { errorResponse, type ServiceError } from "./service-errors.ts";

/**
 * What happens to an AWS call:
 *
 * - `throttle`, `error`, `conflict`: the service returns an error, without an effect.
 * - `delay`: the call arrives late.
 * - `drop`: the call never arrives, and the function gets no response.
 * - `reset`: the call never arrives, and the connection breaks.
 * - `lose response`: the call takes effect, and the connection breaks.
 * - `hold response`: the call takes effect, and the function gets no response.
 * - `duplicate`: the call arrives twice, and the function gets the second response.
 * - `late`: the connection breaks, and the call arrives later, when the function may have retried it.
 * - `kill before`, `kill after`: the function's process is killed, before or after the call takes effect.
 */
export type Fault =
  | ServiceError
  | "delay"
  | "drop"
  | "reset"
  | "lose response"
  | "hold response"
  | "duplicate"
  | "late"
  | "kill before"
  | "kill after";

/** A fault and the calls that it applies to: by default, all. */
export interface FaultRule {
  fault: Fault;
  /** The handler's file name. */
  handler?: string;
  /** IAM's prefix, e.g. `dynamodb`; or `provider`: the simulated payment provider, whose ledger is in the table. */
  service?: string;
  operation?: string;
  /** Milliseconds for `delay` and `late`. Default 1,000. */
  ms?: number;
  /** Percentage of calls. Default 100. */
  percent?: number;
  /** Selects these calls: the same ones for the same seed, of each function and operation. */
  seed?: number;
  /** The most calls that it applies to. */
  times?: number;
}

/** A proxy between a stack's functions and the emulator that injects faults. The program is unaware of it. */
export class FaultProxy {
  private rules: FaultRule[] = [];
  /** How often each rule was applied. */
  private readonly applied = new Map<FaultRule, number>();
  /** How many calls each rule has matched, by function and operation. */
  private readonly matched = new Map<string, number>();
  /** How often each fault was injected. */
  readonly injected: Partial<Record<Fault, number>> = {};
  /** Calls so far. */
  calls = 0;
  /** Writes that DynamoDB refused because of a transaction in progress on the same item. */
  conflicts = 0;
  /** Late calls: whether each got a response. */
  private readonly late: Promise<boolean>[] = [];
  /** The pids of each handler's processes that made calls. Some may have ended. */
  private readonly processes = new Map<string, Set<number>>();
  /** The emulator's folder for the functions' code, which only their processes have in their command lines. */
  private readonly codeFolder: string;

  private constructor({ awsClient }: TestStack) {
    this.codeFolder = `provided-code-${new URL(awsClient.endpoint ?? "").port}/`;
  }

  /** Routes the calls of a stack's functions through a proxy, without faults at first. */
  static async install(stack: TestStack): Promise<FaultProxy> {
    const proxy = new FaultProxy(stack);
    await proxyCalls(stack, (call, forward) =>
      proxy.intercept(call, async () => {
        const response = await forward();
        if (isConflict(response)) proxy.conflicts++;
        return response;
      }),
    );
    return proxy;
  }

  /** Replaces all rules. The first one that matches a call applies. */
  setRules(rules: FaultRule[]): void {
    this.rules = rules;
    this.applied.clear();
    this.matched.clear();
  }

  /** Kills all processes of a handler's function. @returns How many. */
  kill(handler: string): number {
    const pids = [...(this.processes.get(handler) ?? [])];
    this.processes.delete(handler);
    return pids.filter((pid) => this.killProcess(pid)).length;
  }

  /** Kills a process only if it belongs to the stack's functions: another program may have got the pid since. */
  private killProcess(pid: number): boolean {
    if (!isProcess(pid, this.codeFolder)) return false;
    try {
      return process.kill(pid, "SIGKILL");
    } catch {
      return false; // it has just ended
    }
  }

  /** Waits until all late calls have arrived. @returns How many got a response, since the start. */
  async untilLateCallsArrived(): Promise<number> {
    return (await Promise.all(this.late)).filter(Boolean).length;
  }

  private async intercept(
    call: FunctionCall,
    forward: () => Promise<ServiceResponse>,
  ): Promise<ServiceResponse | "broken" | "silent"> {
    this.calls++;
    if (call.pid > 0) this.processes.set(call.handler, (this.processes.get(call.handler) ?? new Set()).add(call.pid));
    const rule = this.rules.find((rule) => this.applies(rule, call));
    if (!rule) return forward();
    const { fault, ms = 1_000 } = rule;
    this.applied.set(rule, (this.applied.get(rule) ?? 0) + 1);
    this.injected[fault] = (this.injected[fault] ?? 0) + 1;
    switch (fault) {
      case "throttle":
      case "error":
      case "conflict":
        return errorResponse(call, fault);
      case "delay":
        await sleep(ms);
        return forward();
      case "drop":
        return "silent";
      case "reset":
        return "broken";
      case "lose response":
        await forward();
        return "broken";
      case "hold response":
        await forward();
        return "silent";
      case "duplicate":
        await forward();
        return forward();
      case "late":
        this.late.push(
          sleep(ms)
            .then(forward)
            .then(Boolean, () => false),
        );
        return "broken";
      case "kill before":
        this.killProcess(call.pid);
        return "broken";
      case "kill after":
        await forward();
        this.killProcess(call.pid);
        return "broken";
    }
  }

  private applies(rule: FaultRule, { handler, service, operation, body }: FunctionCall): boolean {
    const fits = (expected: string | undefined, actual: string) => expected === undefined || expected === actual;
    const isServed = rule.service === "provider" ? body.includes(PROVIDER_KEY) : fits(rule.service, service);
    if (!fits(rule.handler, handler) || !isServed || !fits(rule.operation, operation)) return false;
    if ((this.applied.get(rule) ?? 0) >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
    if (rule.fault === "conflict" && !WRITES.has(operation)) return false;
    const name = `${rule.seed} ${this.rules.indexOf(rule)} ${handler} ${operation}`;
    const count = (this.matched.get(name) ?? 0) + 1;
    this.matched.set(name, count);
    return pseudoRandomPercentage(`${name} ${count}`) < (rule.percent ?? 100);
  }
}

/** How the keys of the simulated payment provider's ledger begin, in a call's body. */
const PROVIDER_KEY = '"GATEWAY#';

function isConflict({ status, body }: ServiceResponse): boolean {
  return status === 400 && body.includes("TransactionConflict");
}

/** The DynamoDB operations that can conflict with a transaction. */
const WRITES = new Set(["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"]);

/** A number from 0 to 100, derived from a name. */
function pseudoRandomPercentage(name: string): number {
  return (createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32) * 100;
}

/**
 * Installs a fault proxy on the calling suite's stack. Call it after `useLocalStack`.
 *
 * @returns The proxy, available from the next `before` hook on.
 */
export function useFaultProxy(stack: () => TestStack): () => FaultProxy {
  let proxy: FaultProxy;
  before("install a fault proxy", async () => {
    proxy = await FaultProxy.install(stack());
  });
  return () => proxy;
}
