import * as v from "valibot";
import { isCorrelationId } from "./correlation-id.ts";
import { FAILURE_REASONS } from "./failure-reasons.ts";
import { ORDER_ID_PATTERN } from "./ids.ts";
import { ORDER_STATUSES, type OrderStatus } from "./lifecycle.ts";
import { fromMinor } from "./money.ts";
import type { Order } from "./order.ts";
import type { OrderChange } from "./order-change.ts";

/** The event that reports each new status. */
const STATUS_EVENTS = {
  PENDING: "OrderPlaced",
  PROCESSING: "OrderProcessing",
  COMPLETED: "OrderCompleted",
  SHIPPED: "OrderShipped",
  DELIVERED: "OrderDelivered",
  FAILED: "OrderFailed",
  CANCELLED: "OrderCancelled",
} as const satisfies Record<OrderStatus, string>;

/** Every event type. The last three report no new status. */
const EVENT_TYPES = [
  ...Object.values(STATUS_EVENTS),
  "OrderCancelRequested",
  "OrderRefundRequested",
  "OrderRefunded",
] as const;

/** An event as it is published: without personal data. */
const orderEvent = v.object({
  /** Unique to the event; redeliveries have the same. */
  eventId: v.string(),
  type: v.picklist(EVENT_TYPES),
  orderId: v.pipe(v.string(), v.regex(ORDER_ID_PATTERN)),
  /** The order's version after the event. Consumers drop events older than what they have seen. */
  version: v.number(),
  /** RFC 3339, UTC. */
  at: v.string(),
  /** The order's status after the event. */
  status: v.picklist(ORDER_STATUSES),
  customerId: v.exactOptional(v.string()),
  /** Why the order failed. */
  reason: v.exactOptional(v.picklist(FAILURE_REASONS)),
  /** What is to be refunded, or was. `amount` is in units of the currency. */
  refund: v.exactOptional(v.object({ refundId: v.string(), amount: v.number() })),
  /** Of the request that caused the event. */
  correlationId: v.custom<string>(isCorrelationId),
});

/** Something that happened to an order. */
export type OrderEvent = v.InferOutput<typeof orderEvent>;

/** The event that reports the order's current status. */
export function statusEvent(order: Order, correlationId: string): OrderEvent {
  return event(STATUS_EVENTS[order.status], order, correlationId);
}

/** The event that reports a change of an order. @param order - The order after it. */
export function changeEvent(order: Order, change: OrderChange, correlationId: string): OrderEvent {
  if ("status" in change) return statusEvent(order, correlationId);
  if ("cancelRequested" in change) return event("OrderCancelRequested", order, correlationId);
  const [type, { refundId, amountMinor }] =
    "refunded" in change
      ? (["OrderRefunded", change.refunded] as const)
      : (["OrderRefundRequested", change.refundRequested] as const);
  return { ...event(type, order, correlationId), refund: { refundId, amount: fromMinor(amountMinor, order.currency) } };
}

/** Validates an event. @returns Nothing if it is not one. */
export function toEvent(value: unknown): OrderEvent | undefined {
  const result = v.safeParse(orderEvent, value);
  return result.success ? result.output : undefined;
}

/** Parses an event from JSON. @returns Nothing if it is not one. */
export function readEvent(json: string): OrderEvent | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson()), json);
  return result.success ? toEvent(result.output) : undefined;
}

function event(type: OrderEvent["type"], order: Order, correlationId: string): OrderEvent {
  const { orderId, version, status, customerId, failureReason, updatedAt } = order;
  return {
    eventId: `${orderId}.${version}`,
    type,
    orderId,
    version,
    at: updatedAt,
    status,
    ...(customerId !== undefined && { customerId }),
    ...(failureReason !== undefined && { reason: failureReason }),
    correlationId,
  };
}
