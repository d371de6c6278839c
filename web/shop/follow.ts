import type { Reply } from "./api.ts";
import { type Backoff, waitAfter } from "./backoff.ts";

/** How something that changes is followed. */
export interface Following<T> {
  look(): Promise<Reply<T>>;
  /** Told of every answer that is news, the first one included. */
  show(value: T): void;
  /** Told whenever an answer is missing, and when answers come again. */
  showConnection(isLost: boolean): void;
  /** Told when there is nothing to follow; then it is over. */
  showMissing(): void;
  /** Tells answers apart. */
  versionOf(value: T): string;
  isFinal(value: T): boolean;
  pause(ms: number): Promise<void>;
}

/**
 * Looks at something until it doesn't change any more: often after news, then less and less often. A failed look counts
 * as one without news.
 *
 * @param signal - Ends it.
 */
export async function follow<T>(following: Following<T>, backoff: Backoff, signal: AbortSignal): Promise<void> {
  let version: string | undefined;
  for (let quiet = 0; ; quiet++) {
    const reply = await following.look();
    if (signal.aborted) return;
    if (!reply.ok && reply.status === 404) return following.showMissing();
    following.showConnection(!reply.ok);
    if (reply.ok && following.versionOf(reply.body) !== version) {
      version = following.versionOf(reply.body);
      quiet = 0;
      following.show(reply.body);
    }
    if (reply.ok && following.isFinal(reply.body)) return;
    await following.pause(Math.max(waitAfter(quiet, backoff), reply.ok ? 0 : (reply.retryAfterMs ?? 0)));
    if (signal.aborted) return;
  }
}
