import { needsWork, type Order } from "./order.ts";
import type { PaymentRecord } from "./payment.ts";

/** What was taken from stock for an order. RELEASED is final: nothing can be reserved for the order again. */
export interface Reservation {
  status: "RESERVED" | "RELEASED";
  /** The holds on the products that it consists of, even once it is released. Absent if it never had any. */
  holds?: string[];
}

/** An order with its payment and its reservation. */
export interface Fulfilment {
  order: Order;
  payment?: PaymentRecord;
  reservation?: Reservation;
}

/** How long opening the same payment again is sure to be harmless: Stripe remembers a key for at least 24 hours. */
const REOPEN_SAFE_MS = 23 * 3_600_000;

/**
 * Whether the provider may have a payment that our record doesn't name. Its id is recorded before anything is charged, so
 * the record must have been lost. Orders restored from a backup are marked; old ones may have been restored unmarked.
 */
export function mayBePaidUnrecorded({ order, payment }: Fulfilment): boolean {
  const isRestored = (order.restoredAt ?? payment?.restoredAt) !== undefined;
  return isRestored || Date.now() - Date.parse(order.createdAt) > REOPEN_SAFE_MS;
}

/** What the workflow does for an order. */
export type NextAction = "FULFIL" | "COMPENSATE" | "NOTHING";

/** What the workflow has to do next for an order, whatever its status. A parked order waits for a person. */
export function nextAction(order: Order): NextAction {
  if (!needsWork(order) || order.attention !== undefined) return "NOTHING";
  return order.cancelRequestedAt === undefined ? "FULFIL" : "COMPENSATE";
}

/** Whether an order may take the next step forward. */
export function mayProceed({ status, cancelRequestedAt }: Pick<Order, "status" | "cancelRequestedAt">): boolean {
  return status === "PROCESSING" && cancelRequestedAt === undefined;
}

/** Whether everything done for the order is undone, for good. */
export function isUndone({ payment, reservation }: Fulfilment): boolean {
  return payment?.status === "VOIDED" && reservation?.status === "RELEASED";
}
