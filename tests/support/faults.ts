import { mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before } from "mocha";
import { eventually } from "./eventually.ts";
import { functionNamed } from "./functions.ts";
import { preload } from "./preload.ts";
import type { TestStack } from "./stack.ts";

/** The workflow's steps, by the names of their handlers. */
export const FORWARD_STEPS = ["begin-order", "reserve-stock", "charge-payment", "complete-order"] as const;
export const UNDOING_STEPS = ["refund-payment", "release-stock", "end-order"] as const;

export type Step = (typeof FORWARD_STEPS)[number] | (typeof UNDOING_STEPS)[number];

/**
 * What happens to a step, before it does anything or after its effect, before it answers: its process dies, or it hangs
 * until its time-out, the first time or always; or every call of it waits until it is told to go on.
 */
export type Fault = `${"crash" | "always crash" | "hang" | "pause"} ${"before" | "after"}`;

/** The faults of an order's workflow. */
export type FaultPlan = Partial<Record<Step, Fault>>;

/** Makes steps of deployed workflows fail. */
export class Faults {
  private folder = "";

  /** Makes every step of the stack's workflow ask for its faults. Without a plan, no order goes on from here on. */
  async install(stack: TestStack): Promise<void> {
    this.folder = mkdtempSync(join(stack.directory ?? "", "faults-"));
    const module = String(new URL("./inject-faults.ts", import.meta.url));
    const install = async (step: Step) => {
      const FunctionName = await functionNamed(step, stack.awsClient);
      await preload(FunctionName, module, { FAULTS_FOLDER: this.folder, FAULTY_STEP: step }, stack);
    };
    await Promise.all([...FORWARD_STEPS, ...UNDOING_STEPS].map(install));
  }

  /** Plans what happens to an order's steps, in place of what was planned before. The order goes on with this. */
  plan(orderId: string, plan: FaultPlan = {}): void {
    const file = join(this.folder, `${orderId}.plan`);
    writeFileSync(`${file}.new`, JSON.stringify(plan));
    renameSync(`${file}.new`, file);
  }

  /** Waits until so many calls of an order's step pause. @returns The processes that they run in. */
  async paused(orderId: string, step: Step, calls = 1): Promise<number[]> {
    const file = join(this.folder, `${orderId}.${step}.paused`);
    return eventually(() => {
      const pids = readFileSync(file, "utf8").trim().split("\n").map(Number);
      if (pids.length < calls) throw new Error(`Only ${pids.length} of ${calls} calls of ${step} pause.`);
      return pids;
    });
  }

  /** Lets an order's step go on, this time and later. */
  resume(orderId: string, step: Step): void {
    writeFileSync(join(this.folder, `${orderId}.${step}.resumed`), "");
  }
}

/**
 * Lets the suite that calls it make the steps of its stack's workflow fail. Call it after `useLocalStack`.
 *
 * @returns The faults, from the next `before` hook on.
 */
export function useFaults(stack: () => TestStack): Faults {
  const faults = new Faults();
  before("make steps fail on purpose", () => faults.install(stack()));
  return faults;
}
