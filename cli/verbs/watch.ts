import { setTimeout as sleep } from "node:timers/promises";
import type { FullOrder } from "../../domain/contract/responses.ts";
import { latencyOf, needsWork } from "../../domain/order.ts";
import { type Api, ApiError } from "../../stacks/api-client.ts";
import type { Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { getOrder } from "./order-api.ts";

const INTERVAL_MS = 500;

/** Failed looks in a row, at an API that has been there, after which there is no more hope. */
const PATIENCE = 10;

/**
 * Follows an order until nothing is left to do for it, or the time is up.
 *
 * @param seconds - The longest to wait.
 * @param tell - Hears each new entry of the order's history.
 * @returns The order as it was last seen.
 */
export async function watchOrder(
  backOffice: Api,
  orderId: string,
  seconds: number,
  tell: (entry: FullOrder["history"][number]) => void,
): Promise<FullOrder> {
  const deadline = Date.now() + seconds * 1_000;
  let told = 0;
  let failures = 0;
  let latest: FullOrder | undefined;
  for (;;) {
    const order = await getOrder(backOffice, orderId).catch((error) => {
      failures += 1;
      if (told === 0 || failures >= PATIENCE || (error instanceof ApiError && error.status < 500)) throw error;
    });
    if (order) {
      latest = order;
      for (const entry of order.history.slice(told)) tell(entry);
      told = order.history.length;
      failures = 0;
      if (!needsWork(order)) return order;
    }
    if (latest && Date.now() > deadline) return latest;
    await sleep(INTERVAL_MS);
  }
}

/** What to tell of an order that was watched for so many seconds, and to end with. */
export function endOf(order: FullOrder, seconds: number): Pick<Report, "text" | "exitCode"> {
  const { orderId, status } = order;
  if (needsWork(order)) {
    const text = `The order ${orderId} is still ${status} after ${seconds} s. "./orders workflow show ${orderId}" shows more.`;
    return { text, exitCode: EXIT.NOT_FINAL };
  }
  const text = `The order ${orderId} is ${status}, ${(latencyOf(order) / 1_000).toFixed(1)} s after it was placed.`;
  return { text, exitCode: status === "FAILED" || status === "CANCELLED" ? EXIT.UNFULFILLED : EXIT.DONE };
}
