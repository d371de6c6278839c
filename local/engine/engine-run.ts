import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation/index.js";

/** What a run of the engine did, or a preview would do: number of resources by operation, `{ create: 2, same: 20 }`. */
export interface Outcome {
  changes: OpMap;
}

/** What callers may ask of a run, in the Automation API's own terms. */
export interface RunOptions {
  onEvent?: (event: EngineEvent) => void;
  /** Aborting ends the run in good order: the resources at work are finished and recorded. */
  signal?: AbortSignal;
}

/**
 * Runs the engine and gathers from its events what it did.
 * @throws Error with the resources' own errors, where there are any.
 */
export async function runEngine<T extends RunOptions>(
  operation: (options: T) => Promise<unknown>,
  options?: T,
): Promise<Outcome> {
  let changes: OpMap = {};
  const errors: string[] = [];
  const abortion = followSignal(options?.signal);
  const onEvent = (event: EngineEvent) => {
    changes = event.summaryEvent?.resourceChanges ?? changes;
    if (event.diagnosticEvent?.severity === "error") errors.push(event.diagnosticEvent.message);
    abortion.note(event);
    options?.onEvent?.(event);
  };
  try {
    await operation({ ...options, onEvent, signal: abortion.signal } as T);
  } catch (cause) {
    throw errors.length > 0 ? new Error(readable(errors), { cause }) : cause;
  } finally {
    abortion.end();
  }
  return { changes };
}

/** What the SDK calls an error of the program, outside of any resource. */
const programError = "Unhandled exception: ";

/** Without the engine's colour marks, the program's stack traces, and what follows from the first error. */
function readable([first = "", ...others]: string[]): string {
  const messages = [first, ...others.filter((message) => !message.includes("update canceled"))];
  return messages
    .map((message) =>
      message
        .replace(/<\{%.*?%\}>/g, "")
        .replace(programError, "")
        .replace(/\n +at .*/g, "")
        .trim(),
    )
    .join("\n");
}

/**
 * An AbortSignal that aborts when the program fails, or shortly after the caller's signal. It doesn't follow the caller's
 * if the engine is already cancelling: a terminal's Ctrl-C reaches the engine too, and a second signal would make it stop
 * without finishing the resources at work.
 */
function followSignal(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  let cancelling = false;
  const follow = async () => {
    await sleep(300);
    if (!cancelling) controller.abort();
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", follow);
  return {
    signal: controller.signal,
    note: ({ stdoutEvent, diagnosticEvent }: EngineEvent) => {
      cancelling ||= stdoutEvent?.message.includes("cancelling") ?? false;
      // The engine would wait forever for the resource whose inputs failed, a handler that can't be bundled for example.
      if (diagnosticEvent?.severity === "error" && diagnosticEvent.message.startsWith(programError)) controller.abort();
    },
    end: () => signal?.removeEventListener("abort", follow),
  };
}
