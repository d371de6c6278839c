const DATE_TIME = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" });

/** A time in the customer's time zone, e.g. `Nov 21, 2026, 2:34:05 PM`. */
export function localTime(rfc3339: string): string {
  return DATE_TIME.format(new Date(rfc3339));
}

/** A number with its noun, e.g. `1 item` or `3 items`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
