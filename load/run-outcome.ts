import { countBy } from "es-toolkit";
import type { FullOrder } from "../domain/contract/responses.ts";
import { isFulfilled } from "../domain/lifecycle.ts";
import { toMinor } from "../domain/money.ts";
import { needsWork } from "../domain/order.ts";
import { DECLINED } from "./catalogue.ts";

/** The outcome of a run: what its client counted, and the system's state as observed from outside. */
export interface RunOutcome {
  /** Requests for an order. */
  sent: number;
  /** Those answered with 201. */
  accepted: number;
  /** Those answered with 4xx. For all others, it is unknown whether they placed an order. */
  refused: number;
  /** The run's orders, as the back office lists them. */
  orders: FullOrder[];
  /** Minor units that customers paid and were not refunded, by order. */
  paid: ReadonlyMap<string, number>;
  /** Units by which the stock has decreased, by product. */
  taken: Readonly<Record<string, number>>;
}

/** Every discrepancy as a sentence; none if every accepted order is final, and stock and charges add up. */
export function failuresIn(outcome: RunOutcome): string[] {
  const open = openOrders(outcome);
  // Open orders may have reserved stock and not yet paid: sums are only meaningful once all are final.
  return [...missingOrders(outcome), ...(open.length > 0 ? open : wrongSums(outcome))];
}

/** The share of fulfilled orders among those with a valid card. */
export function fulfilledShare({ orders }: RunOutcome): number {
  const fulfillable = orders.filter(({ paymentMethod }) => paymentMethod !== DECLINED);
  return fulfillable.length === 0
    ? 1
    : fulfillable.filter(({ status }) => isFulfilled(status)).length / fulfillable.length;
}

function missingOrders({ sent, accepted, refused, orders }: RunOutcome): string[] {
  const listed = orders.length;
  const unknown = sent - accepted - refused;
  if (listed < accepted) {
    return [`${accepted} orders were accepted, but only ${listed} exist: ${accepted - listed} are lost.`];
  }
  if (listed > accepted + unknown) {
    const unanswered = unknown > 0 ? ` and at most ${unknown} were placed without a response` : "";
    return [`${accepted} orders were accepted${unanswered}, but ${listed} exist: some were placed twice.`];
  }
  return [];
}

function openOrders({ orders }: RunOutcome): string[] {
  const open = orders.filter(needsWork);
  if (open.length === 0) return [];
  return [`${open.length} of ${orders.length} orders are not final: ${counted(open)}; ${first(open)}.`];
}

function wrongSums({ orders, paid, taken }: RunOutcome): string[] {
  const fulfilled = orders.filter(({ status }) => isFulfilled(status));
  const units: Record<string, number> = {};
  for (const { productId, quantity } of fulfilled.flatMap(({ items }) => items)) {
    units[productId] = (units[productId] ?? 0) + quantity;
  }
  const products = Object.keys({ ...units, ...taken }).filter((id) => (units[id] ?? 0) !== (taken[id] ?? 0));
  const isPaidRight = (order: FullOrder) =>
    (paid.get(order.orderId) ?? 0) === (isFulfilled(order.status) ? toMinor(order.totalAmount, order.currency) : 0);
  const unpaid = orders.filter((order) => !isPaidRight(order));
  return [
    ...products.map(
      (id) =>
        `${taken[id] ?? 0} units of ${id} were taken from the stock, but completed orders have ${units[id] ?? 0}.`,
    ),
    ...(unpaid.length > 0
      ? [`${unpaid.length} of ${orders.length} orders were not charged what they should have been; ${first(unpaid)}.`]
      : []),
  ];
}

function counted(orders: FullOrder[]): string {
  const counts = Object.entries(countBy(orders, ({ status }) => status));
  return counts.map(([status, count]) => `${count} ${status}`).join(", ");
}

function first([order]: FullOrder[]): string {
  return `the first is ${order?.orderId}`;
}
