import type { VirtualWorld } from "./world.ts";

/** What state machines of this system use of the Amazon States Language. */
export interface StateMachine {
  StartAt: string;
  States: Record<string, State>;
}

/** A state. Source of all rules: Step Functions' developer guide, and "Error handling" in it. */
export interface State {
  Type: "Task" | "Choice" | "Succeed" | "Fail";
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  /** Where the result goes, such as `$.last`. */
  ResultPath?: string | null;
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Default?: string;
  Next?: string;
  End?: boolean;
}

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxAttempts?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "FULL" | "NONE";
}

/** An error that a state machine sees, by its name. Any other is a mistake of the simulation, and ends it. */
export class StateError extends Error {
  override readonly name: string;

  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

const TIMEOUT = new StateError("States.Timeout");

/** A task's result: what the state machine branches by. */
export type TaskResult = Record<string, string>;

/**
 * Carries out one execution.
 *
 * @param perform - Does the task of a state. Throws a {@link StateError} if it fails.
 * @returns Whether it succeeded.
 */
export async function execute(
  world: VirtualWorld,
  machine: StateMachine,
  perform: (state: string) => Promise<TaskResult>,
): Promise<boolean> {
  const results = new Map<string, TaskResult>();
  let next: string | undefined = machine.StartAt;
  while (next !== undefined) {
    const name: string = next;
    const state: State = stateOf(machine, name);
    if (state.Type === "Succeed" || state.Type === "Fail") return state.Type === "Succeed";
    if (state.Type === "Choice") {
      next = choose(state, results);
      continue;
    }
    try {
      const result = await attempt(world, state, () => perform(name));
      if (state.ResultPath) results.set(state.ResultPath, result);
      next = state.Next;
    } catch (error) {
      next = state.Catch?.find((catcher) => matches(catcher, error))?.Next;
      if (next === undefined) return failed(error);
    }
  }
  return true;
}

/** @throws Error if there is none of this name. */
export function stateOf(machine: StateMachine, name: string): State {
  const state = machine.States[name];
  if (!state) throw new Error(`The state machine has no state ${name}.`);
  return state;
}

/** Carries out one task, with the state's time-out and retries. @throws StateError if it fails for good. */
export async function attempt<T>(world: VirtualWorld, state: State, work: () => Promise<T>): Promise<T> {
  const used = new Map<Retrier, number>();
  for (;;) {
    try {
      const { TimeoutSeconds } = state;
      return await (TimeoutSeconds === undefined ? work() : world.within(1_000 * TimeoutSeconds, work(), TIMEOUT));
    } catch (error) {
      const retrier = state.Retry?.find((each) => matches(each, error));
      const retries = (retrier && used.get(retrier)) ?? 0;
      if (!retrier || retries >= (retrier.MaxAttempts ?? 3)) throw error;
      used.set(retrier, retries + 1);
      await world.sleep(delayMs(retrier, retries, world.random));
    }
  }
}

function delayMs(retrier: Retrier, retries: number, random: () => number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
  return 1_000 * seconds * (retrier.JitterStrategy === "FULL" ? random() : 1);
}

function choose({ Choices = [], Default }: State, results: Map<string, TaskResult>): string | undefined {
  const chosen = Choices.find(({ Variable, StringEquals }) => {
    const dot = Variable.lastIndexOf(".");
    return results.get(Variable.slice(0, dot))?.[Variable.slice(dot + 1)] === StringEquals;
  });
  return chosen?.Next ?? Default;
}

function matches({ ErrorEquals }: { ErrorEquals: string[] }, error: unknown): error is StateError {
  return error instanceof StateError && [error.name, "States.ALL"].some((name) => ErrorEquals.includes(name));
}

function failed(error: unknown): false {
  if (error instanceof StateError) return false;
  throw error;
}
