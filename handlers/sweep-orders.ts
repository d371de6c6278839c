import type { Context, ScheduledEvent } from "aws-lambda";
import { redriveName, startWorkflow } from "../aws/executions.ts";
import { isCorrelationId } from "../domain/correlation-id.ts";
import { isStuck } from "../domain/order.ts";
import { openOrders, recordRedrive } from "../store/open-orders.ts";
import { getOrder } from "../store/orders.ts";
import { environment } from "./lib/environment.ts";
import { logger } from "./lib/log.ts";
import { measure } from "./lib/metrics.ts";

/** With so many stuck orders found, a sweep ends after the page in hand. The rest is the next one's, a minute later. */
const MAX_STUCK = 100;

/** A sweep ends when less than so many ms are left to it: time for the page in hand. */
const RESERVE = 15_000;

/** What a sweep found: orders that are stuck, and how many of them it started anew. */
export interface Sweep {
  stuck: number;
  redriven: number;
}

/**
 * Starts the workflow anew for orders that still need work but saw none for STUCK_AFTER_SECONDS: their event was never
 * delivered, or their workflow ended without an end. An order that is started anew gets as long again before the next
 * time. Starting one that is not stuck after all does no harm: the steps see to that.
 */
export async function handler(event?: Partial<ScheduledEvent> | null, context?: Context): Promise<Sweep> {
  if (context) logger.addContext(context);
  const cutoff = Date.now() - Number(environment("STUCK_AFTER_SECONDS")) * 1_000;
  const correlationId = [event?.id, context?.awsRequestId].find(isCorrelationId);
  const sweep: Sweep = { stuck: 0, redriven: 0 };
  let error: unknown;
  for await (const page of openOrders(cutoff)) {
    const results = await Promise.allSettled(page.map((orderId) => redrive(orderId, cutoff, correlationId)));
    for (const result of results) {
      if (result.status === "rejected") error = result.reason;
      if (result.status === "rejected" || result.value) sweep.stuck++;
      if (result.status === "fulfilled" && result.value) sweep.redriven++;
    }
    const remaining = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    if (sweep.stuck >= MAX_STUCK || remaining < RESERVE) break;
  }
  measure({ SweeperRuns: 1, OrdersStuck: sweep.stuck }, { correlationId });
  const about = { ...sweep, correlationId, outcome: "swept" };
  if (error) logger.error("swept", { ...about, error: error as Error });
  else logger.info("swept", about);
  return sweep;
}

/** Starts the order's workflow anew if the order is stuck. @returns Whether it is. */
async function redrive(orderId: string, cutoff: number, correlationId: string | undefined): Promise<boolean> {
  const order = await getOrder(orderId);
  if (!order || !isStuck(order, cutoff)) return false;
  // Started first, recorded then: a sweep that ends in between starts the same name once more, which is no second one.
  const next = (order.redrives ?? 0) + 1;
  const execution = redriveName(orderId, next);
  await startWorkflow({ orderId, ...(correlationId !== undefined && { correlationId }) }, execution);
  await recordRedrive(orderId, next, new Date().toISOString());
  logger.info("redriven", { orderId, correlationId, outcome: "redriven", execution });
  return true;
}
