import type { Plan } from "./plan.ts";
import type { BenchStack } from "./stack.ts";

/** What a part of the bench is run with. */
export interface PartContext {
  plan: Plan;
  /** Says how far it is. */
  progress: (text: string) => void;
  /** Aborted when the run is to end early. */
  signal: AbortSignal;
}

/** What a part is run with that measures the common stack. */
export interface StackContext extends PartContext {
  stack: BenchStack;
}
