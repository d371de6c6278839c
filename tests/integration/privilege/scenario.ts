import type { TestStack } from "../../support/stack.ts";
import type { TestTable } from "../../support/table.ts";

/** What a scenario works with. */
export interface Context {
  /** Invokes the function. @returns Its result. @throws Error with the name and message of the function's error. */
  // biome-ignore lint/suspicious/noExplicitAny: results of every shape.
  call(event: object): Promise<any>;
  /** A random id that identifies the call's log lines: a correlation id or message id. */
  id: string;
  /** What the function has logged about the id. */
  logs(): Promise<string>;
  /** The stack's table, with all permissions, as the handlers in this process have them. */
  table: TestTable;
  stack: TestStack;
}

/** One use of a function, including its preparation. Throws if the function doesn't do what it should. */
export type Scenario = (context: Context) => Promise<void>;

/** Scenarios by handler, then by title. Together they cover everything that a handler does. */
export type Scenarios = Record<string, Record<string, Scenario>>;
