import { load } from "../../load/load.ts";
import { planOf } from "../../load/plan.ts";
import { findStack } from "../../stacks/find.ts";
import type { Preview } from "./previews.ts";
import type { SmokeReport } from "./report.ts";

/** Runs the smoke load test against a preview. Its failures are reported, not thrown. */
export async function smoke({ name, target }: Preview, signal: AbortSignal): Promise<SmokeReport> {
  const plan = planOf("smoke", "place", target === "aws" ? "remote" : "local");
  try {
    const stack = await findStack(name);
    const { orders, failures } = await load({ plan, stack: name }, stack, { signal, tell: console.log });
    return { orders, failures };
  } catch (error) {
    signal.throwIfAborted();
    return { orders: {}, failures: [(error as Error).message] };
  }
}
