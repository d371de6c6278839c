import { percentile } from "./statistics.ts";

/** The value that so many per cent of the values don't exceed; 0 where there is none. */
export function percentileOr0(values: number[], percent: number): number {
  return values.length === 0 ? 0 : percentile(values, percent);
}

/** Milliseconds as people read them: `0.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** The most events a second that a window of ten seconds had. @param times - Milliseconds since 1970. */
export function bestRate(times: number[], window = 10_000): number {
  const sorted = times.toSorted((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  let most = 0;
  for (let start = 0, end = 0; end < sorted.length; end++) {
    while ((sorted[end] as number) - (sorted[start] as number) >= window) start++;
    most = Math.max(most, end - start + 1);
  }
  return most === 0 ? 0 : (most * 1_000) / Math.max(1_000, Math.min(window, last - first));
}
