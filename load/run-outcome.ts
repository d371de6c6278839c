import { countBy } from "es-toolkit";
import type { FullOrder } from "../domain/contract/responses.ts";
import { toMinor } from "../domain/money.ts";
import { needsWork } from "../domain/order.ts";
import { DECLINED } from "./catalogue.ts";

/** What a run came to: what its client counted, and what the system has, looked at from outside. */
export interface RunOutcome {
  /** Requests for an order. */
  sent: number;
  /** Those answered with 201. */
  accepted: number;
  /** Those answered with 4xx. Of all others nobody knows whether they placed an order. */
  refused: number;
  /** The run's orders, as the back office lists them. */
  orders: FullOrder[];
  /** Cents that the customers paid and didn't get back, by order. */
  paid: ReadonlyMap<string, number>;
  /** Pieces that the stock has less than before, by product. */
  taken: Readonly<Record<string, number>>;
}

/** What doesn't fit, a sentence each; nothing when every accepted order came to its end and all sums are right. */
export function failuresIn(outcome: RunOutcome): string[] {
  const open = openOrders(outcome);
  // What is under way has taken stock already, or not yet paid: sums tell something at the end only.
  return [...missingOrders(outcome), ...(open.length > 0 ? open : wrongSums(outcome))];
}

/** The share of the orders that were fulfilled, of those that nothing stood in the way of: stock and card are good. */
export function fulfilledShare({ orders }: RunOutcome): number {
  const good = orders.filter(({ paymentMethod }) => paymentMethod !== DECLINED);
  return good.length === 0 ? 1 : good.filter(isFulfilled).length / good.length;
}

function missingOrders({ sent, accepted, refused, orders }: RunOutcome): string[] {
  const listed = orders.length;
  const unknown = sent - accepted - refused;
  if (listed < accepted) {
    return [`${accepted} orders were accepted, but only ${listed} are there: ${accepted - listed} are lost.`];
  }
  if (listed > accepted + unknown) {
    const most = unknown > 0 ? ` and ${unknown} at most were placed without an answer` : "";
    return [`${accepted} orders were accepted${most}, but ${listed} are there: some were placed twice.`];
  }
  return [];
}

function openOrders({ orders }: RunOutcome): string[] {
  const open = orders.filter(needsWork);
  if (open.length === 0) return [];
  return [`${open.length} of ${orders.length} orders are not final: ${counted(open)}; ${first(open)}.`];
}

function wrongSums({ orders, paid, taken }: RunOutcome): string[] {
  const fulfilled = orders.filter(isFulfilled);
  const pieces: Record<string, number> = {};
  for (const { productId, quantity } of fulfilled.flatMap(({ items }) => items)) {
    pieces[productId] = (pieces[productId] ?? 0) + quantity;
  }
  const products = Object.keys({ ...pieces, ...taken }).filter((id) => (pieces[id] ?? 0) !== (taken[id] ?? 0));
  const isPaidRight = (order: FullOrder) =>
    (paid.get(order.orderId) ?? 0) === (isFulfilled(order) ? toMinor(order.totalAmount) : 0);
  const unpaid = orders.filter((order) => !isPaidRight(order));
  return [
    ...products.map(
      (id) =>
        `${taken[id] ?? 0} pieces of ${id} are gone from the stock, but the orders that were completed have ${pieces[id] ?? 0}.`,
    ),
    ...(unpaid.length > 0
      ? [`${unpaid.length} of ${orders.length} orders were not charged what they should have been; ${first(unpaid)}.`]
      : []),
  ];
}

function isFulfilled({ status }: FullOrder): boolean {
  return status === "COMPLETED" || status === "SHIPPED" || status === "DELIVERED";
}

function counted(orders: FullOrder[]): string {
  const counts = Object.entries(countBy(orders, ({ status }) => status));
  return counts.map(([status, count]) => `${count} ${status}`).join(", ");
}

function first([order]: FullOrder[]): string {
  return `the first is ${order?.orderId}`;
}
