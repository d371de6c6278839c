import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { openOrders } from "../../store/open-orders.ts";
import { logLines, type StoryLine } from "./order-log.ts";

/** Why orders wait: a function that fails for them. */
interface Cause {
  /** The function's name in its log, e.g. `fulfilment-process-payments`. */
  service: string;
  /** Its latest error, as a sentence. */
  reason: string;
  /** How many orders that still need work it failed for. */
  orders: number;
}

/** A payment or a mail waits up to an hour between two tries. */
const RECENT_MS = 3_900_000;

/** Orders that still need work, parked ones apart, and which functions lately failed for them, the worst first. */
export async function findWaitingOrders(stack: Stack): Promise<{ open: number; causes: Cause[] }> {
  const now = Date.now();
  const lines = await logLines(stack, { filterPattern: FAILED, startTime: now - RECENT_MS });
  const open = new Set<string>();
  for await (const page of openOrders(ordersTable(stack), now)) for (const orderId of page) open.add(orderId);
  const failures = lines.filter(({ level, orderId = "" }) => FAILED_LEVELS.includes(level) && open.has(orderId));
  // What failed before may have worked since.
  const failed = [...new Map(failures.map((line) => [line.orderId, line])).values()];
  const causes = Object.entries(Object.groupBy(failed, ({ service }) => service)).map(([service, lines = []]) => ({
    service,
    reason: reasonOf(lines.at(-1)),
    orders: lines.length,
  }));
  return { open: open.size, causes: causes.sort((a, b) => b.orders - a.orders) };
}

/** What functions log for something that they will try again. */
const FAILED_LEVELS = ["WARN", "ERROR"];
const FAILED = `{ ${FAILED_LEVELS.map((level) => `$.level = "${level}"`).join(" || ")} }`;

function reasonOf({ outcome = "", reason, error, message = "" }: Partial<StoryLine> = {}): string {
  const name = error?.name ?? outcome;
  const text = error?.message ?? reason ?? message;
  return /[.!]$/.test(text) ? `${name}: ${text}` : `${name}: ${text}.`;
}
