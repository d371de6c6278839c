import type { Attention } from "./attention.ts";
import type { Audience } from "./audience.ts";
import type { PlaceOrder, ShippingAddress } from "./contract/order-request.ts";
import type { FailureReason } from "./failure-reasons.ts";
import { INITIAL_STATUS, type OrderStatus } from "./lifecycle.ts";
import { DEFAULT_LOCALE } from "./locale.ts";
import type { OrderLine, PricedLines } from "./pricing.ts";

/** An entry of an order's history. */
interface StatusChange {
  status: OrderStatus;
  /** RFC 3339, UTC. */
  at: string;
  /** Why, in words for the customer. */
  reason?: string;
}

/** An order as it is stored. */
export interface Order {
  /** A UUID version 7: sorts by creation time, and can't be guessed. */
  orderId: string;
  status: OrderStatus;
  /** Starts at 1 and increases with every change. Consumers of events drop older versions than they have seen. */
  version: number;
  items: OrderLine[];
  /** Minor units. */
  totalMinor: number;
  /** ISO 4217: the shop's when the order was placed. */
  currency: string;
  customerEmail: string;
  customerId?: string;
  customerName?: string;
  customerPhone?: string;
  /** Whether text messages go to the phone, too, once the order is paid. */
  smsUpdates?: boolean;
  /** The locale that the customer is written in: BCP 47, language and region. Absent in orders of version 0.1. */
  locale?: string;
  shippingAddress?: ShippingAddress;
  paymentMethod?: string;
  /** Where it was placed. Only customers of the storefront are waited for. Absent in orders of version 0.1. */
  placedAt?: Audience;
  /** RFC 3339, UTC; so is `updatedAt`. */
  createdAt: string;
  updatedAt: string;
  /** Every status so far, oldest first. */
  history: StatusChange[];
  /** When cancellation was requested. From then on the order is only undone. */
  cancelRequestedAt?: string;
  /** Why the order FAILED. */
  failureReason?: FailureReason;
  /** How often the sweeper or an operator has restarted the order's workflow. */
  redrives?: number;
  /** When the workflow was last restarted. */
  redrivenAt?: string;
  /** Set while the order is parked for a person. */
  attention?: Attention;
  /** When the order was restored from a backup: more may have been done for it than its records show. */
  restoredAt?: string;
}

/**
 * Creates an order from a request. Uses the catalogue's prices, not the request's.
 *
 * @param origin - Where it was placed, by default at the back office, and the locale that its customer asked for.
 */
export function newOrder(
  orderId: string,
  at: string,
  request: PlaceOrder,
  priced: PricedLines,
  { placedAt = "backoffice", locale = DEFAULT_LOCALE }: Pick<Order, "placedAt" | "locale"> = {},
): Order {
  const { items: _items, totalAmount: _totalAmount, ...customer } = request;
  return {
    ...customer,
    orderId,
    status: INITIAL_STATUS,
    version: 1,
    items: priced.lines,
    totalMinor: priced.totalMinor,
    currency: priced.currency,
    placedAt,
    locale,
    createdAt: at,
    updatedAt: at,
    history: [{ status: INITIAL_STATUS, at }],
  };
}

/** Milliseconds from the order's acceptance to its current status. */
export function latencyOf({ createdAt, history }: Pick<Order, "createdAt" | "history">): number {
  return Date.parse(history.at(-1)?.at ?? createdAt) - Date.parse(createdAt);
}

/** Whether the workflow still has to fulfil or undo the order. */
export function needsWork({ status, cancelRequestedAt }: Pick<Order, "status" | "cancelRequestedAt">): boolean {
  return status === "PENDING" || status === "PROCESSING" || (status === "COMPLETED" && cancelRequestedAt !== undefined);
}
