/** Formats milliseconds as seconds: `0.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** The highest rate per second in any window of ten seconds. @param times - Milliseconds since 1970. */
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
