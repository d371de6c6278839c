import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { before } from "mocha";
import { isProcess } from "../../local/emulator/processes.ts";
import { type FunctionCall, proxyCalls, type Reply } from "../support/call-proxy.ts";
import type { TestStack } from "../support/stack.ts";
import { type Refusal, refusalOf } from "./refusals.ts";

/**
 * What happens to a call of AWS:
 *
 * - `throttle`, `error`, `conflict`: the service refuses it, and does nothing.
 * - `delay`: it waits on the way there.
 * - `drop`: it never arrives, and the function hears nothing.
 * - `reset`: it never arrives, and its connection breaks.
 * - `lose answer`: the service does it, and the connection breaks.
 * - `hold answer`: the service does it, and the function hears nothing.
 * - `duplicate`: it arrives twice, and the second answer comes back.
 * - `late`: the connection breaks, and it arrives after all, when the function may have asked again.
 * - `kill before`, `kill after`: the function's process is killed, before or after the service did it.
 */
export type Fault =
  | Refusal
  | "delay"
  | "drop"
  | "reset"
  | "lose answer"
  | "hold answer"
  | "duplicate"
  | "late"
  | "kill before"
  | "kill after";

/** Which calls have which fault. What is not said is any. */
export interface FaultRule {
  fault: Fault;
  /** Function, by its handler's file name. */
  handler?: string;
  /** As IAM calls it, e.g. `dynamodb`. */
  service?: string;
  operation?: string;
  /** Milliseconds, of `delay` and `late`. Default 1,000. */
  ms?: number;
  /** Of how many calls in a hundred. Default 100. */
  percent?: number;
  /** Decides which ones: of a function's calls of an operation, always the same. */
  seed?: number;
  /** How many calls it strikes at the most. */
  times?: number;
}

/** Stands between a stack's functions and the emulator, and lets calls fail. The functions know nothing of it. */
export class FaultProxy {
  /** How often each fault struck, by rule. */
  private readonly struck = new Map<FaultRule, number>();
  private readonly seen = new Map<string, number>();
  private rules: FaultRule[] = [];
  /** How often each fault struck. */
  readonly injected: Partial<Record<Fault, number>> = {};
  /** Calls so far. */
  calls = 0;
  /** Those that come late: whether they were answered. */
  private readonly late: Promise<boolean>[] = [];
  /** The processes of each handler's function that made calls. Some may be gone. */
  private readonly processes = new Map<string, Set<number>>();
  /** In the command lines of the functions' processes, and of no others: the emulator's folder for their code. */
  private readonly mark: string;

  private constructor({ awsClient }: TestStack) {
    this.mark = `provided-code-${new URL(awsClient.endpoint ?? "").port}/`;
  }

  /** Lets the stack's functions call AWS through a proxy. Nothing fails yet. */
  static async install(stack: TestStack): Promise<FaultProxy> {
    const proxy = new FaultProxy(stack);
    await proxyCalls(stack, (call, forward) => proxy.pass(call, forward));
    return proxy;
  }

  /** Puts rules in the place of those before. The first one that fits a call counts. */
  follow(rules: FaultRule[]): void {
    this.rules = rules;
    this.struck.clear();
    this.seen.clear();
  }

  /** Kills the processes of a handler's function, whatever they are doing. @returns How many. */
  kill(handler: string): number {
    const pids = [...(this.processes.get(handler) ?? [])];
    this.processes.delete(handler);
    return pids.filter((pid) => this.killProcess(pid)).length;
  }

  /** Kills a process if it is one of the stack's functions: one that is gone may have left its number to any program. */
  private killProcess(pid: number): boolean {
    if (!isProcess(pid, this.mark)) return false;
    try {
      return process.kill(pid, "SIGKILL");
    } catch {
      return false; // it has just ended
    }
  }

  /** Waits until no call is on its way any more. @returns How many came late so far, and were answered. */
  async arrived(): Promise<number> {
    return (await Promise.all(this.late)).filter(Boolean).length;
  }

  private async pass(call: FunctionCall, forward: () => Promise<Reply>): Promise<Reply | "broken" | "silent"> {
    this.calls++;
    if (call.pid > 0) this.processes.set(call.handler, (this.processes.get(call.handler) ?? new Set()).add(call.pid));
    const rule = this.rules.find((rule) => this.strikes(rule, call));
    if (!rule) return forward();
    const { fault, ms = 1_000 } = rule;
    this.struck.set(rule, (this.struck.get(rule) ?? 0) + 1);
    this.injected[fault] = (this.injected[fault] ?? 0) + 1;
    switch (fault) {
      case "throttle":
      case "error":
      case "conflict":
        return refusalOf(call, fault);
      case "delay":
        await sleep(ms);
        return forward();
      case "drop":
        return "silent";
      case "reset":
        return "broken";
      case "lose answer":
        await forward();
        return "broken";
      case "hold answer":
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

  private strikes(rule: FaultRule, { handler, service, operation }: FunctionCall): boolean {
    const fits = (wanted: string | undefined, actual: string) => wanted === undefined || wanted === actual;
    if (!fits(rule.handler, handler) || !fits(rule.service, service) || !fits(rule.operation, operation)) return false;
    if ((this.struck.get(rule) ?? 0) >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
    if (rule.fault === "conflict" && !WRITES.has(operation)) return false;
    const name = `${rule.seed} ${this.rules.indexOf(rule)} ${handler} ${operation}`;
    const count = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, count);
    return diceOf(`${name} ${count}`) < (rule.percent ?? 100);
  }
}

/** DynamoDB's, which transactions on the same item are in the way of. */
const WRITES = new Set(["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"]);

/** From 0 to 100, always the same for the same name. */
function diceOf(name: string): number {
  return (createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32) * 100;
}

/**
 * Puts a fault proxy between the functions and the emulator of the calling suite's stack. Call it after `useLocalStack`.
 *
 * @returns The proxy, from the next `before` hook on.
 */
export function useFaultProxy(stack: () => TestStack): () => FaultProxy {
  let proxy: FaultProxy;
  before("put a proxy before the emulator", async () => {
    proxy = await FaultProxy.install(stack());
  });
  return () => proxy;
}
