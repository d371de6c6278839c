import type { PlaceOrder, ShippingAddress } from "./contract/order-request.ts";
import type { FailureReason } from "./failure-reasons.ts";
import { FIRST_STATUS, type OrderStatus } from "./lifecycle.ts";
import { CURRENCY } from "./money.ts";
import type { OrderLine, PricedLines } from "./pricing.ts";

/** One status that an order had, from then on. */
interface StatusChange {
  status: OrderStatus;
  /** RFC 3339, UTC. */
  at: string;
  /** Why, in words that a customer may read. */
  reason?: string;
}

/** An order as it is stored. */
export interface Order {
  /** A UUID of version 7: sorts by the time it was made, and can't be guessed. */
  orderId: string;
  status: OrderStatus;
  /** Raised with every change, from 1. Consumers of events drop what is older than what they know. */
  version: number;
  items: OrderLine[];
  /** Cents. */
  totalMinor: number;
  /** ISO 4217. */
  currency: string;
  customerEmail: string;
  customerId?: string;
  customerName?: string;
  customerPhone?: string;
  shippingAddress?: ShippingAddress;
  paymentMethod?: string;
  /** RFC 3339, UTC; so is `updatedAt`. */
  createdAt: string;
  updatedAt: string;
  /** Every status, the oldest first. */
  history: StatusChange[];
  /** When somebody asked to cancel it. From then on, nothing is done for it but to undo it. */
  cancelRequestedAt?: string;
  /** Why it FAILED. */
  failureReason?: FailureReason;
  /** How often the sweeper has had it fulfilled anew. */
  redrives?: number;
  /** When it did so last. */
  redrivenAt?: string;
  /** When it was copied from a backup: more may have been done for it than its records say. */
  restoredAt?: string;
}

/** Makes the order that a request asks for. The request's own prices are dropped: the catalogue's count. */
export function newOrder(orderId: string, at: string, request: PlaceOrder, priced: PricedLines): Order {
  const { items: _items, totalAmount: _totalAmount, ...customer } = request;
  return {
    ...customer,
    orderId,
    status: FIRST_STATUS,
    version: 1,
    items: priced.lines,
    totalMinor: priced.totalMinor,
    currency: CURRENCY,
    createdAt: at,
    updatedAt: at,
    history: [{ status: FIRST_STATUS, at }],
  };
}

/** Milliseconds from the order's acceptance to its present status. */
export function latencyOf({ createdAt, history }: Pick<Order, "createdAt" | "history">): number {
  return Date.parse(history.at(-1)?.at ?? createdAt) - Date.parse(createdAt);
}

/** Whether the fulfilment still has something to do for the order: to fulfil it, or to undo what was done. */
export function needsWork({ status, cancelRequestedAt }: Pick<Order, "status" | "cancelRequestedAt">): boolean {
  return status === "PENDING" || status === "PROCESSING" || (status === "COMPLETED" && cancelRequestedAt !== undefined);
}

/**
 * Whether the fulfilment has something to do for the order, but has done nothing since then. An order that was started
 * anew gets as long again.
 *
 * @param since - Milliseconds since 1970.
 */
export function isStuck(
  order: Pick<Order, "status" | "cancelRequestedAt" | "updatedAt" | "redrivenAt">,
  since: number,
): boolean {
  const { updatedAt, redrivenAt = updatedAt } = order;
  return needsWork(order) && Math.max(Date.parse(updatedAt), Date.parse(redrivenAt)) <= since;
}
