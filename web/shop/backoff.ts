/** How waits grow. */
export interface Backoff {
  /** The first wait, in milliseconds. */
  firstMs: number;
  /** No wait is longer, in milliseconds. */
  longestMs: number;
}

/** The wait after so many steps without news, from 0, in milliseconds: each is half as long again as the one before. */
export function waitAfter(steps: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 1.5 ** steps, longestMs);
}
