import type { ApiResult } from "./api.ts";
import { type Backoff, backoffDelay } from "./backoff.ts";

/** A resource to poll, and callbacks. */
export interface Polled<T> {
  load(): Promise<ApiResult<T>>;
  /** Called with every new version, including the first. */
  show(value: T): void;
  /** Called after every response, or its absence. */
  showConnection(isLost: boolean): void;
  /** Called if the resource doesn't exist, which ends the polling. */
  showMissing(): void;
  versionOf(value: T): string;
  isFinal(value: T): boolean;
  pause(ms: number): Promise<void>;
}

/**
 * Polls a resource until it is final: frequently after a change, then less and less often. A failed request counts as no
 * change.
 *
 * @param signal - Aborting ends the polling.
 */
export async function poll<T>(polled: Polled<T>, backoff: Backoff, signal: AbortSignal): Promise<void> {
  let version: string | undefined;
  for (let unchanged = 0; ; unchanged++) {
    const result = await polled.load();
    if (signal.aborted) return;
    if (!result.ok && result.status === 404) return polled.showMissing();
    polled.showConnection(!result.ok);
    if (result.ok && polled.versionOf(result.body) !== version) {
      version = polled.versionOf(result.body);
      unchanged = 0;
      polled.show(result.body);
    }
    if (result.ok && polled.isFinal(result.body)) return;
    await polled.pause(Math.max(backoffDelay(unchanged, backoff), result.ok ? 0 : (result.retryAfterMs ?? 0)));
    if (signal.aborted) return;
  }
}
