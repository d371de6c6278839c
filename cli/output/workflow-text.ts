import type { Execution, ExecutionEvent } from "../verbs/executions.ts";
import type { Page } from "./page.ts";
import { clockText, timeText } from "./short.ts";
import { wrappedTable } from "./table.ts";

/** Executions, a line each. */
export function executionsText(executions: Execution[], page: Page): string {
  if (executions.length === 0) return "The order has no execution yet.";
  const rows = executions.map(({ name, status, startedAt = "", stoppedAt = "", error, cause }) => [
    name,
    statusText(status, page),
    startedAt === "" ? "" : timeText(startedAt, page),
    stoppedAt === "" ? "" : timeText(stoppedAt, page),
    failure(error, cause),
  ]);
  return wrappedTable(["EXECUTION", "STATUS", "STARTED", "STOPPED", "ERROR"], rows, page);
}

/** An execution, and its events, a line each. */
export function eventsText(history: { execution: Execution; events: ExecutionEvent[] }, page: Page): string {
  const { execution, events } = history;
  const rows = events.map(({ at = "", type, state = "", error, cause }) => [
    clockText(at, page),
    type,
    state,
    failure(error, cause),
  ]);
  return `${execution.name} ${statusText(execution.status, page)}\n\n${wrappedTable(["TIME", "EVENT", "STATE", "ERROR"], rows, page)}`;
}

function statusText(status: string, page: Page): string {
  if (status === "SUCCEEDED") return page.paint("green", status);
  return status === "RUNNING" ? page.paint("cyan", status) : page.paint("red", status);
}

/** A step's cause is its error as JSON; the message is what tells something. */
function failure(error = "", cause = ""): string {
  return [error, messageOf(cause)].filter(Boolean).join(": ");
}

function messageOf(cause: string): string {
  try {
    return JSON.parse(cause).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
