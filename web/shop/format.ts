import { CURRENCY, fromMinor } from "../../domain/money.ts";

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: CURRENCY });
const moment = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" });

/** An amount in cents, e.g. `$109.97`. */
export function dollars(minor: number): string {
  return money.format(fromMinor(minor));
}

/** A time in the reader's own zone, e.g. `Nov 21, 2026, 2:34:05 PM`. */
export function localTime(rfc3339: string): string {
  return moment.format(new Date(rfc3339));
}

/** So many of them, e.g. `1 item` or `3 items`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
