import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, ConcurrentUpdateError, type EngineEvent, type OpMap } from "@pulumi/pulumi/automation/index.js";

/** What a run of the engine did, or what a preview would do. */
export interface Outcome {
  /** Number of resources by operation, e.g. `{ create: 2, same: 20 }`. */
  changes: OpMap;
}

/** Options of a run, a subset of the Automation API's. */
export interface RunOptions {
  onEvent?: (event: EngineEvent) => void;
  /** Aborting cancels the run gracefully: operations in progress are finished and recorded. */
  signal?: AbortSignal;
}

/**
 * Runs the engine and collects its result from its events.
 * @throws Error with the resources' own errors, if there are any, else with the engine's.
 */
export async function runEngine<T extends RunOptions>(
  operation: (options: T) => Promise<unknown>,
  options?: T,
): Promise<Outcome> {
  let changes: OpMap = {};
  const errors: string[] = [];
  const abort = linkAbort(options?.signal);
  const onEvent = (event: EngineEvent) => {
    changes = event.summaryEvent?.resourceChanges ?? changes;
    if (event.diagnosticEvent?.severity === "error") errors.push(event.diagnosticEvent.message);
    abort.handle(event);
    options?.onEvent?.(event);
  };
  try {
    await operation({ ...options, onEvent, signal: abort.signal } as T);
  } catch (cause) {
    throw errors.length > 0 ? new Error(formatErrors(errors), { cause }) : explained(cause);
  } finally {
    abort.unlink();
  }
  return { changes };
}

/** The SDK's prefix for an error of the program itself, outside of any resource. */
const PROGRAM_ERROR = "Unhandled exception: ";

/** The time in which a Ctrl-C in the terminal reaches the engine by itself. */
const ABORT_DELAY_MS = 300;

/** Removes the engine's colour codes, stack traces, and errors that only follow from the first one. */
function formatErrors([first = "", ...others]: string[]): string {
  const messages = [first, ...others.filter((message) => !message.includes("update canceled"))];
  return messages
    .map((message) =>
      message
        .replace(/<\{%.*?%\}>/g, "")
        .replace(PROGRAM_ERROR, "")
        .replace(/\n +at .*/g, "")
        .trim(),
    )
    .join("\n");
}

/** Makes a sentence of an error of the CLI itself, whose message is all that the CLI printed, twice. */
function explained(cause: unknown): unknown {
  if (cause instanceof ConcurrentUpdateError)
    return new Error("Another engine is working on the stack: wait until it has finished.", { cause });
  const [, reason] = cause instanceof CommandError ? (/^error: (.+)/m.exec(cause.message) ?? []) : [];
  return reason === undefined ? cause : new Error(`The engine failed: ${reason}`, { cause });
}

/**
 * An AbortSignal that aborts when the program fails, or shortly after the caller's signal, unless the engine is already
 * cancelling: Ctrl-C in a terminal reaches the engine, too, and a second signal would make it quit without finishing the
 * operations in progress.
 */
function linkAbort(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  let cancelling = false;
  const follow = async () => {
    await sleep(ABORT_DELAY_MS);
    if (!cancelling) controller.abort();
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", follow);
  return {
    signal: controller.signal,
    handle: ({ stdoutEvent, diagnosticEvent }: EngineEvent) => {
      cancelling ||= stdoutEvent?.message.includes("cancelling") ?? false;
      // The engine would wait forever for a resource whose inputs failed, e.g. a handler that can't be bundled.
      if (diagnosticEvent?.severity === "error" && diagnosticEvent.message.startsWith(PROGRAM_ERROR))
        controller.abort();
    },
    unlink: () => signal?.removeEventListener("abort", follow),
  };
}
