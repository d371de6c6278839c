import { Logger } from "@aws-lambda-powertools/logger";

/**
 * Structured logs, one line of JSON each: ids, outcomes and durations, no personal data. Personal data quoted by other
 * services' errors is masked.
 */
export const logger = new Logger({ jsonReplacerFn: (_key, value) => withoutPersonalData(value) });

/** Starts a stopwatch. @returns A function that returns the time since then, as a field for log lines. */
export function stopwatch(): () => { durationMs: number } {
  const start = performance.now();
  return () => ({ durationMs: Math.round(performance.now() - start) });
}

/** What may be logged of a value: of an error none of its own properties, such as the item that failed a condition. */
function withoutPersonalData(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const { requestId } = (value as { $metadata?: { requestId?: string } }).$metadata ?? {};
    return { name, message, stack, cause, requestId };
  }
  return typeof value === "string" ? masked(value) : value;
}

/** An error with the same name and masked message, and nothing else: for errors that leave a function and are logged elsewhere. */
export function bareError({ name, message }: Error): Error {
  return Object.assign(new Error(masked(message)), { name });
}

/** The text with email addresses and E.164 phone numbers masked. */
function masked(text: string): string {
  return text.replaceAll(/[\w.!#$%&'*+=?^`{|}~-]+@[\w-]+(\.[\w-]+)+/g, "***").replaceAll(/\+[1-9]\d{6,14}\b/g, "***");
}
