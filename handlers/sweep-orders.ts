import { SFNClient } from "@aws-sdk/client-sfn";
import type { Context, ScheduledEvent } from "aws-lambda";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { RESTARTS_PER_SECOND, redriveName, runningOrders, startWorkflow } from "../aws/executions.ts";
import { isCorrelationId } from "../domain/correlation-id.ts";
import { isStuck, nextRestartAt, type Patience } from "../domain/restarts.ts";
import { countParked } from "../store/attention.ts";
import { awaitsCustomer } from "../store/awaited-payments.ts";
import { openOrders, recordRedrive } from "../store/open-orders.ts";
import { getOrder } from "../store/orders.ts";
import { db } from "./lib/db.ts";
import { deadlineMs } from "./lib/deadline.ts";
import { environment } from "./lib/environment.ts";
import { logger } from "./lib/log.ts";
import { measure } from "./lib/metrics.ts";
import { RateLimiter } from "./lib/rate-limiter.ts";

/** A sweep ends when it has less time than this left. A page takes no longer. */
const RESERVE_MS = 15_000;

const sfn = new SFNClient(CLIENT_OPTIONS);

/** The result of a sweep: how many orders are stuck, how many of them it restarted, and how many are parked. */
export interface Sweep {
  stuck: number;
  redriven: number;
  parked: number;
}

/**
 * Restarts the workflow of orders that still need work but have made no progress for STUCK_AFTER_SECONDS: their event was
 * never delivered, or their workflow failed. Restarts of one order come with growing delay, and once more at its deadline.
 * Restarting an order that isn't stuck after all is harmless: every step may run again.
 *
 * @throws Error if Step Functions could not say which workflows are running. The sweep then only restarted overdue orders.
 */
export async function handler(event?: Partial<ScheduledEvent> | null, context?: Context): Promise<Sweep> {
  if (context) logger.addContext(context);
  const correlationId = [event?.id, context?.awsRequestId].find(isCorrelationId);
  const stuckAfterMs = Number(environment("STUCK_AFTER_SECONDS")) * 1_000;
  const patience: Patience = { stuckAfterMs, deadlineMs: deadlineMs() };
  const machine = { client: sfn, arn: environment("STATE_MACHINE_ARN") };
  const [listed] = await Promise.allSettled([runningOrders(machine)]);
  const isRunning = (orderId: string) => listed.status === "rejected" || listed.value.has(orderId);
  const limiter = new RateLimiter(RESTARTS_PER_SECOND);
  const sweep: Sweep = { stuck: 0, redriven: 0, parked: await countParked(db) };
  let error: unknown;
  for await (const page of openOrders(db, Date.now() - stuckAfterMs)) {
    const results = await Promise.allSettled(page.map((orderId) => redrive(orderId)));
    for (const result of results) {
      if (result.status === "rejected") error = result.reason;
      if (result.status === "rejected" || result.value !== "fine") sweep.stuck++;
      if (result.status === "fulfilled" && result.value === "redriven") sweep.redriven++;
    }
    const remaining = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    if (remaining < RESERVE_MS) break;
  }
  const ran = listed.status === "fulfilled" ? 1 : 0; // otherwise an alarm has to tell that stuck orders stay stuck
  measure({ SweeperRuns: ran, OrdersStuck: sweep.stuck, OrdersParked: sweep.parked }, { correlationId });
  const about = { ...sweep, correlationId, outcome: "swept" };
  if (error) logger.error("swept", { ...about, error: error as Error });
  else logger.info("swept", about);
  if (listed.status === "rejected") throw listed.reason;
  return sweep;

  /** Restarts the order's workflow if the order is stuck and its next restart is due. */
  async function redrive(orderId: string): Promise<"fine" | "waiting" | "redriven"> {
    const order = await getOrder(db, orderId);
    if (!order || !isStuck(order, isRunning(orderId), patience)) return "fine";
    if (await awaitsCustomer(db, orderId)) return "fine";
    if (nextRestartAt(order, patience) > Date.now()) return "waiting";
    await limiter.turn();
    // Started first, recorded second: after a crash in between, the next sweep reuses the name, which starts nothing new.
    const next = (order.redrives ?? 0) + 1;
    const execution = redriveName(orderId, next);
    await startWorkflow(machine, { orderId, ...(correlationId !== undefined && { correlationId }) }, execution);
    await recordRedrive(db, orderId, next, new Date().toISOString());
    logger.info("redriven", { orderId, correlationId, outcome: "redriven", execution });
    return "redriven";
  }
}
