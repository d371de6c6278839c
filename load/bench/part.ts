import type { Stack } from "../../stacks/stack.ts";
import type { Plan } from "./plan.ts";

/** What a part of the bench is run with. */
export interface PartContext {
  plan: Plan;
  /** Reports progress. */
  progress: (text: string) => void;
  /** Aborted to end the run early. */
  signal: AbortSignal;
}

/** What a part that measures the common stack is run with. */
export interface StackContext extends PartContext {
  stack: Stack;
}
