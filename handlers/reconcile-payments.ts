import type { Context } from "aws-lambda";
import { type Difference, type Period, SETTLING_MS } from "../domain/reconciliation.ts";
import { StripePayments } from "../payments/stripe-payments.ts";
import { keepUnfinishedPeriod, unfinishedPeriod } from "../store/reconciliation.ts";
import { db } from "./lib/db.ts";
import { environment } from "./lib/environment.ts";
import { logger } from "./lib/log.ts";
import { measure } from "./lib/metrics.ts";
import { RateLimiter } from "./lib/rate-limiter.ts";
import { stripe } from "./lib/stripe.ts";
import { pairsIn } from "./reconcile-payments/pairs.ts";
import { settle } from "./reconcile-payments/settle.ts";

/** Compared at once, the latest first. At the default `paymentRatePerSecond`, that takes about three minutes. */
const SLICE_MS = 3_600_000;

/** No slice but the first is begun with less time than this left. */
const RESERVE_MS = 300_000;

const DAY_MS = 86_400_000;

/** Of the 25 that Stripe accepts at an endpoint, payments at their default rate leave five. Source: "Rate limits" in its documentation. */
const REQUESTS_PER_SECOND = 5;

/** What a schedule asks for: the last so many days, by default one. */
interface Scheduled {
  days: number;
}

/** The result of a run. */
export interface Reconciliation {
  /** What only a person can settle. */
  differences: Difference[];
  /** How many events our ledger missed, and has now. */
  entered: number;
  /** What was too much for this run. */
  rest?: Period;
}

/**
 * Compares the payments at Stripe with ours, both ways: of the last days, or of a period. Enters the refunds and disputes that our ledger
 * misses, and counts what only a person can settle. What is too much for one run of a schedule is left to its next one.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function handler(event?: Partial<Scheduled & Period> | null, context?: Context): Promise<Reconciliation> {
  if (context) logger.addContext(context);
  const { from, to, days = 1 } = event ?? {};
  const settled = Date.now() - SETTLING_MS;
  if (from !== undefined && to !== undefined) return reconcile({ from, to: Math.min(to, settled) }, context);

  const period = (await unfinishedPeriod(db, days)) ?? { from: settled - days * DAY_MS, to: settled };
  const result = await reconcile(period, context);
  await keepUnfinishedPeriod(db, days, result.rest);
  measure({ PaymentsUnreconciled: result.differences.length }, { correlationId: context?.awsRequestId });
  return result;
}

async function reconcile({ from, to }: Period, context?: Context): Promise<Reconciliation> {
  const limiter = new RateLimiter(REQUESTS_PER_SECOND);
  const payments = new StripePayments(await stripe(), environment("STACK"), () => limiter.turn());
  const correlationId = context?.awsRequestId ?? "reconciliation";
  // By payment: one that was refunded an hour after it was begun comes twice.
  const found = new Map<string, Difference>();
  let entered = 0;
  let end = to;
  while (end > from) {
    const slice = { from: Math.max(from, end - SLICE_MS), to: end };
    for await (const [theirs, ours] of pairsIn(payments, slice)) {
      const settled = await settle(theirs, ours, correlationId);
      entered += settled.entered;
      if (settled.difference) found.set(theirs.providerId, settled.difference);
    }
    end = slice.from;
    if ((context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) < RESERVE_MS) break;
  }
  const differences = [...found.values()];
  for (const difference of differences)
    logger.warn("unreconciled", { ...difference, correlationId, outcome: "unreconciled" });
  logger.info("reconciled", { differences: differences.length, entered, correlationId, outcome: "reconciled" });
  return { differences, entered, ...(end > from && { rest: { from, to: end } }) };
}
