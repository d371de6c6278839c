import { SHORT_ID } from "../help.ts";
import type { Page } from "./page.ts";

/** So much of an id tells the millisecond in which it was made. */
const SHORTEST = SHORT_ID.length;

/** Shortens ids as far as they stay different from each other, on a terminal. Every verb takes the short ones, too. */
export function shortIds(ids: readonly string[], { columns }: Page): (id: string) => string {
  if (columns === undefined) return (id) => id;
  const different = new Set(ids);
  let length = SHORTEST;
  while (new Set([...different].map((id) => id.slice(0, length))).size < different.size) length += 1;
  return (id) => id.slice(0, length);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const FORMAT = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

/** A time as a person says it on a terminal, such as `3 min ago`; as it is, anywhere else. */
export function timeText(time: string, { columns }: Page, now = Date.now()): string {
  return columns === undefined ? time : relativeTime(time, now);
}

/** A time's hours to milliseconds on a terminal; as it is, anywhere else. */
export function clockText(time: string, { columns }: Page): string {
  return columns === undefined ? time : time.slice("2027-01-31T".length, -1);
}

/** @param time - RFC 3339. @returns Such as `3 min ago`. */
export function relativeTime(time: string, now = Date.now()): string {
  // A clock that is ahead tells of no future.
  const seconds = Math.min((Date.parse(time) - now) / 1_000, -0);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  return FORMAT.format(Math.trunc(seconds / size), unit).replace(".", "");
}
