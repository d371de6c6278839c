import { SFNClient } from "@aws-sdk/client-sfn";
import type { Context, ScheduledEvent } from "aws-lambda";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { redriveName, startWorkflow } from "../aws/executions.ts";
import { isCorrelationId } from "../domain/correlation-id.ts";
import { isStuck } from "../domain/order.ts";
import { openOrders, recordRedrive } from "../store/open-orders.ts";
import { getOrder } from "../store/orders.ts";
import { db } from "./lib/db.ts";
import { environment } from "./lib/environment.ts";
import { logger } from "./lib/log.ts";
import { measure } from "./lib/metrics.ts";

/** A sweep that found this many stuck orders ends with the current page, and leaves the rest to the next one. */
const MAX_STUCK = 100;

/** A sweep ends when it has less time than this left. A page takes no longer. */
const RESERVE_MS = 15_000;

const sfn = new SFNClient(CLIENT_OPTIONS);

/** The result of a sweep: how many orders are stuck, and how many of them it restarted. */
export interface Sweep {
  stuck: number;
  redriven: number;
}

/**
 * Restarts the workflow of orders that still need work but have made no progress for STUCK_AFTER_SECONDS: their event was
 * never delivered, or their workflow failed. A restarted order gets the same time again before the next restart.
 * Restarting an order that isn't stuck after all is harmless: every step may run again.
 */
export async function handler(event?: Partial<ScheduledEvent> | null, context?: Context): Promise<Sweep> {
  if (context) logger.addContext(context);
  const cutoff = Date.now() - Number(environment("STUCK_AFTER_SECONDS")) * 1_000;
  const correlationId = [event?.id, context?.awsRequestId].find(isCorrelationId);
  const sweep: Sweep = { stuck: 0, redriven: 0 };
  let error: unknown;
  for await (const page of openOrders(db, cutoff)) {
    const results = await Promise.allSettled(page.map((orderId) => redrive(orderId, cutoff, correlationId)));
    for (const result of results) {
      if (result.status === "rejected") error = result.reason;
      if (result.status === "rejected" || result.value) sweep.stuck++;
      if (result.status === "fulfilled" && result.value) sweep.redriven++;
    }
    const remaining = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    if (sweep.stuck >= MAX_STUCK || remaining < RESERVE_MS) break;
  }
  measure({ SweeperRuns: 1, OrdersStuck: sweep.stuck }, { correlationId });
  const about = { ...sweep, correlationId, outcome: "swept" };
  if (error) logger.error("swept", { ...about, error: error as Error });
  else logger.info("swept", about);
  return sweep;
}

/** Restarts the order's workflow if the order is stuck. @returns Whether it is. */
async function redrive(orderId: string, cutoff: number, correlationId: string | undefined): Promise<boolean> {
  const order = await getOrder(db, orderId);
  if (!order || !isStuck(order, cutoff)) return false;
  // Started first, recorded second: after a crash in between, the next sweep reuses the name, which starts nothing new.
  const next = (order.redrives ?? 0) + 1;
  const execution = redriveName(orderId, next);
  const machine = { client: sfn, arn: environment("STATE_MACHINE_ARN") };
  await startWorkflow(machine, { orderId, ...(correlationId !== undefined && { correlationId }) }, execution);
  await recordRedrive(db, orderId, next, new Date().toISOString());
  logger.info("redriven", { orderId, correlationId, outcome: "redriven", execution });
  return true;
}
