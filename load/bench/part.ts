import type { Stack } from "../../stacks/stack.ts";
import type { Plan } from "./plan.ts";

/** Context of a part of the bench. */
export interface PartContext {
  plan: Plan;
  /** Reports progress. */
  progress: (text: string) => void;
  /** Aborted to end the run early. */
  signal: AbortSignal;
}

/** Context of a part that measures the common stack. */
export interface StackContext extends PartContext {
  stack: Stack;
}
