import { load } from "../load/load-run.ts";
import { planOf } from "../load/plan.ts";
import { openTarget } from "../load/target.ts";
import type { PreviewTarget, SmokeReport } from "./report.ts";

/** Places orders on a stack for a while, and looks what became of them. What goes wrong is in the report. */
export async function smoke(stack: string, target: PreviewTarget, signal: AbortSignal): Promise<SmokeReport> {
  const plan = planOf("smoke", "place", target === "aws" ? "remote" : "local");
  try {
    const { orders, faults } = await load({ plan, stack }, await openTarget(stack, signal), signal);
    return { orders, faults };
  } catch (error) {
    signal.throwIfAborted();
    return { orders: {}, faults: [(error as Error).message] };
  }
}
