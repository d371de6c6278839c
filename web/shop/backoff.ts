/** Limits of an exponential backoff. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** The delay in milliseconds after a number of attempts, from 0: each delay is 1.5 times the previous one. */
export function backoffDelay(attempts: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 1.5 ** attempts, longestMs);
}
