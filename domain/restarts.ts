import { needsWork, type Order } from "./order.ts";

/** The longest time between two restarts of an order's workflow, unless the sweeper waits longer for the first one. */
const MAX_BACKOFF_MS = 3_600_000;

/** How patient the system is with an order that makes no progress. */
export interface Patience {
  /** How long an order may make no progress before its workflow is restarted. */
  stuckAfterMs: number;
  /** How long an order may take until it is charged, and a cancellation until it is refunded. */
  deadlineMs: number;
}

type RestartableOrder = Pick<
  Order,
  "createdAt" | "updatedAt" | "cancelRequestedAt" | "restoredAt" | "redrives" | "redrivenAt"
>;

type StuckOrder = Deadlined & Pick<Order, "status" | "updatedAt" | "attention">;

/**
 * Whether an order needs work but has made no progress for `stuckAfterMs`. One whose workflow is running isn't stuck: it waits for
 * its payment's turn, or for a step's next attempt. But once its deadline has come it is: its payment's message may be lost, and
 * nothing else tells the workflow.
 *
 * @param now - Milliseconds since 1970.
 */
export function isStuck(
  order: StuckOrder,
  isRunning: boolean,
  { stuckAfterMs, deadlineMs }: Patience,
  now = Date.now(),
): boolean {
  const isQuiet = Date.parse(order.updatedAt) <= now - stuckAfterMs;
  const mayWait = isRunning && !isOverdue(order, deadlineMs, now);
  return needsWork(order) && order.attention === undefined && isQuiet && !mayWait;
}

/**
 * When a stuck order's workflow is restarted next, in milliseconds since 1970: after `stuckAfterMs`, twice that, four times
 * and so on without progress, at most an hour; and as soon as its deadline has come.
 */
export function nextRestartAt(order: RestartableOrder, { stuckAfterMs, deadlineMs }: Patience): number {
  const { redrives = 0, redrivenAt } = order;
  const updated = Date.parse(order.updatedAt);
  const redriven = redrivenAt === undefined ? 0 : Date.parse(redrivenAt);
  // Restarts before the last progress don't count.
  const restarts = redriven > updated ? redrives : 0;
  const last = Math.max(updated, redriven);
  const backoff = Math.min(stuckAfterMs * 2 ** restarts, Math.max(MAX_BACKOFF_MS, stuckAfterMs));
  const deadline = deadlineOf(order, deadlineMs);
  return last < deadline ? Math.min(last + backoff, Math.max(deadline, last + stuckAfterMs)) : last + backoff;
}

/** The times that an order's deadline depends on. */
type Deadlined = Pick<Order, "createdAt" | "cancelRequestedAt" | "restoredAt">;

/**
 * When an order's deadline comes, in milliseconds since 1970. A cancellation has a deadline of its own, and so has an order
 * restored from a backup.
 */
export function deadlineOf({ createdAt, cancelRequestedAt, restoredAt = createdAt }: Deadlined, ms: number): number {
  return Math.max(Date.parse(cancelRequestedAt ?? createdAt), Date.parse(restoredAt)) + ms;
}

/** Whether an order's deadline has come. @param now - Milliseconds since 1970. */
export function isOverdue(order: Deadlined, deadlineMs: number, now = Date.now()): boolean {
  return now >= deadlineOf(order, deadlineMs);
}
