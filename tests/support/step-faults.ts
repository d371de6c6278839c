import { mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before } from "mocha";
import { setConcurrency } from "../../stacks/event-source-mappings.ts";
import { eventually } from "./eventually.ts";
import { deployedFunctions, isOf, preload } from "./functions.ts";
import type { TestStack } from "./stack.ts";

/** The workflow's steps, by the file names of their handlers. */
export const FORWARD_STEPS = ["begin-order", "reserve-stock", "charge-payment", "complete-order"] as const;
export const COMPENSATING_STEPS = ["refund-payment", "release-stock", "end-order"] as const;

/** The function of the two steps that wait in the payment queue, and batches of theirs that may pause at once. */
const PAYING = "process-payments";
const MANY_BATCHES = 50;

export type Step = (typeof FORWARD_STEPS)[number] | (typeof COMPENSATING_STEPS)[number];

/** The handler whose function runs a step. */
export function handlerOf(step: Step): string {
  return ["charge-payment", "refund-payment"].includes(step) ? PAYING : step;
}

/**
 * What happens to a step, before it does anything or after its effect but before it returns:
 *
 * - `crash`, `hang`: the first time, its process exits, or it hangs until its time-out.
 * - `always crash`: its process exits every time.
 * - `crash 20 times`: its process exits the first 20 times.
 * - `pause`: every call waits for {@link StepFaults.resume}.
 */
export type StepFault = `${"crash" | "always crash" | "crash 20 times" | "hang" | "pause"} ${"before" | "after"}`;

/** The faults in an order's workflow. */
export type FaultPlan = Partial<Record<Step, StepFault>>;

/** Injects faults into the steps of deployed workflows. */
export class StepFaults {
  private folder = "";

  /** Prepares every step of the stack's workflow. From then on, orders wait at their next step until they have a plan. */
  async install(stack: TestStack): Promise<void> {
    this.folder = mkdtempSync(join(stack.directory ?? "", "faults-"));
    const module = String(new URL("./inject-step-faults.ts", import.meta.url));
    const handlers = [...FORWARD_STEPS, ...COMPENSATING_STEPS, PAYING] as const;
    const functions = await deployedFunctions(stack.awsClient);
    await Promise.all(
      handlers.map(async (handler) => {
        // The payments' steps share a function; in version 0.1, each has its own.
        const FunctionName = functions.find((fn) => isOf(handler, fn))?.FunctionName;
        if (FunctionName === undefined) return;
        await preload(FunctionName, module, { FAULTS_FOLDER: this.folder, FAULTY_STEP: handler }, stack);
        if (handler === PAYING) await setConcurrency(MANY_BATCHES, stack.awsClient, FunctionName);
      }),
    );
  }

  /** Sets an order's faults, replacing earlier ones, and lets its workflow continue. */
  plan(orderId: string, plan: FaultPlan = {}): void {
    const file = join(this.folder, `${orderId}.plan`);
    writeFileSync(`${file}.new`, JSON.stringify(plan));
    renameSync(`${file}.new`, file);
  }

  /** Waits until this many calls of an order's step pause. @returns The pids of their processes. */
  async paused(orderId: string, step: Step, calls = 1): Promise<number[]> {
    const file = join(this.folder, `${orderId}.${step}.paused`);
    return eventually(() => {
      const pids = readFileSync(file, "utf8").trim().split("\n").map(Number);
      if (pids.length < calls) throw new Error(`Only ${pids.length} of ${calls} calls of ${step} pause.`);
      return pids;
    });
  }

  /** How often an order's step crashed with the fault `crash 20 times`. */
  crashes(orderId: string, step: Step): number {
    return readFileSync(join(this.folder, `${orderId}.${step}.crashes`), "utf8").length;
  }

  /** Ends the pauses of an order's step, current and future ones. */
  resume(orderId: string, step: Step): void {
    writeFileSync(join(this.folder, `${orderId}.${step}.resumed`), "");
  }
}

/**
 * Injects faults into the workflow of the calling suite's stack. Call it after `useLocalStack`.
 *
 * @returns The faults, usable from the next `before` hook on.
 */
export function useStepFaults(stack: () => TestStack): StepFaults {
  const faults = new StepFaults();
  before("prepare the steps for faults", () => faults.install(stack()));
  return faults;
}
