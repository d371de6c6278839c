import { Logger } from "@aws-lambda-powertools/logger";

/**
 * Structured logs, one line of JSON each. No personal data in it: ids, outcomes and durations only. Where an error of
 * somebody else's quotes some all the same, it is taken out.
 */
export const logger = new Logger({ jsonReplacerFn: (_key, value) => withoutPersonalData(value) });

/** Begins to take the time of what is logged later. @returns What its lines say of the time since, whenever it is called. */
export function stopwatch(): () => { durationMs: number } {
  const start = performance.now();
  return () => ({ durationMs: Math.round(performance.now() - start) });
}

/** What may be told of a value: of an error nothing that hangs on it, such as the item that a condition failed on. */
function withoutPersonalData(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const { requestId } = (value as { $metadata?: { requestId?: string } }).$metadata ?? {};
    return { name, message, stack, cause, requestId };
  }
  return typeof value === "string" ? masked(value) : value;
}

/** An error of the same name and message that says nothing else: for what leaves a function, and is logged elsewhere. */
export function bareError({ name, message }: Error): Error {
  return Object.assign(new Error(masked(message)), { name });
}

/** The text without mail addresses, and without phone numbers in E.164 form. */
function masked(text: string): string {
  return text.replaceAll(/[\w.!#$%&'*+=?^`{|}~-]+@[\w-]+(\.[\w-]+)+/g, "***").replaceAll(/\+[1-9]\d{6,14}\b/g, "***");
}
