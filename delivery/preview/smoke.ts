import { load } from "../../load/load.ts";
import { planOf } from "../../load/plan.ts";
import { findStack } from "../../stacks/find.ts";
import type { PreviewTarget, SmokeReport } from "./report.ts";

/** Places orders on a stack for a while, and looks what became of them. What goes wrong is in the report. */
export async function smoke(stack: string, target: PreviewTarget, signal: AbortSignal): Promise<SmokeReport> {
  const plan = planOf("smoke", "place", target === "aws" ? "remote" : "local");
  try {
    const { orders, faults } = await load({ plan, stack }, await findStack(stack), signal);
    return { orders, faults };
  } catch (error) {
    signal.throwIfAborted();
    return { orders: {}, faults: [(error as Error).message] };
  }
}
