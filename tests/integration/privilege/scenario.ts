import type { DeployedTable } from "../../support/deployed-table.ts";
import type { TestStack } from "../../support/stack.ts";

/** What a scenario works with. */
export interface Use {
  /** Calls the function. @returns What it answered. @throws Error of the name and message that it ended with. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
  call(event: object): Promise<any>;
  /** A random id to tie the call's log lines to: as correlation id, or as id of a message. */
  id: string;
  /** The stack's table, for whom nothing is forbidden. So are the handlers in this process. */
  table: DeployedTable;
  stack: TestStack;
}

/** One way through a function, from the state that it needs. Throws if the function doesn't do what it should. */
export type Scenario = (use: Use) => Promise<void>;

/** Scenarios by what they show, by the function's handler. Together they do all that the function is there for. */
export type Scenarios = Record<string, Record<string, Scenario>>;
