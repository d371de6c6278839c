import type { Paint } from "../context.ts";
import type { Execution, ExecutionEvent } from "../verbs/executions.ts";
import { table } from "./table.ts";

/** Executions, a line each. */
export function executionsText(executions: Execution[], paint: Paint): string {
  if (executions.length === 0) return "The order has no execution yet.";
  const rows = executions.map(({ name, status, startedAt = "", stoppedAt = "", error, cause }) => [
    name,
    statusText(status, paint),
    startedAt,
    stoppedAt,
    failure(error, cause),
  ]);
  return table(["EXECUTION", "STATUS", "STARTED", "STOPPED", "ERROR"], rows, paint);
}

/** An execution, and its events, a line each. */
export function eventsText(history: { execution: Execution; events: ExecutionEvent[] }, paint: Paint): string {
  const { execution, events } = history;
  const rows = events.map(({ at = "", type, state = "", error, cause }) => [at, type, state, failure(error, cause)]);
  return `${execution.name} ${statusText(execution.status, paint)}\n\n${table(["TIME", "EVENT", "STATE", "ERROR"], rows, paint)}`;
}

function statusText(status: string, paint: Paint): string {
  if (status === "SUCCEEDED") return paint("green", status);
  return status === "RUNNING" ? paint("cyan", status) : paint("red", status);
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
