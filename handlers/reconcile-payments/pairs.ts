import { chargedPayment, type PaidOrder, type Period, type ProviderPayment } from "../../domain/reconciliation.ts";
import type { StripePayments } from "../../payments/stripe-payments.ts";
import { ordersPlaced, ordersWithPayments } from "../../store/reconciliation.ts";
import { db } from "../lib/db.ts";

/**
 * The payments of a period, each with the order that it is for, if there is one: first those that Stripe has, and then those of our
 * orders that Stripe did not list.
 */
export async function* pairsIn(
  payments: StripePayments,
  period: Period,
): AsyncGenerator<[ProviderPayment, PaidOrder | undefined]> {
  const seen = new Set<string>();
  const matched = new Set<string>();
  for await (const page of payments.during(period)) {
    const orders = await ordersWithPayments(
      db,
      page.map(({ orderId }) => orderId),
    );
    for (const theirs of page) {
      if (seen.has(theirs.providerId)) continue;
      seen.add(theirs.providerId);
      const ours = orders.get(theirs.orderId);
      if (ours?.payment?.providerId === theirs.providerId) matched.add(theirs.orderId);
      yield [theirs, ours];
    }
  }
  for await (const orderIds of ordersPlaced(db, period)) {
    const others = orderIds.filter((orderId) => !matched.has(orderId));
    for (const ours of (await ordersWithPayments(db, others)).values()) {
      const providerId = chargedPayment(ours);
      if (providerId === undefined) continue;
      // One of another account, or that was begun later than its order was placed.
      yield [(await payments.find(providerId)) ?? missing(providerId, ours), ours];
    }
  }
}

function missing(providerId: string, { order: { orderId, currency } }: PaidOrder): ProviderPayment {
  return { providerId, orderId, currency, chargedMinor: 0, refunds: [], disputes: [] };
}
