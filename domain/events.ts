import * as v from "valibot";
import { ORDER_ID_PATTERN } from "./contract/schemas.ts";
import { isCorrelationId } from "./correlation-id.ts";
import { FAILURE_REASONS } from "./failure-reasons.ts";
import { ORDER_STATUSES, type OrderStatus } from "./lifecycle.ts";
import type { Order } from "./order.ts";

/** What an order's arrival in each status is called. */
const STATUS_EVENTS = {
  PENDING: "OrderPlaced",
  PROCESSING: "OrderProcessing",
  COMPLETED: "OrderCompleted",
  SHIPPED: "OrderShipped",
  DELIVERED: "OrderDelivered",
  FAILED: "OrderFailed",
  CANCELLED: "OrderCancelled",
} as const satisfies Record<OrderStatus, string>;

/** Every type of event. All but `OrderCancelRequested` come with a new status. */
const EVENT_TYPES = [...Object.values(STATUS_EVENTS), "OrderCancelRequested"] as const;

/** Something that happened to an order, for everyone who wants to know. Nothing personal in it. */
const orderEvent = v.object({
  /** The same for the same event, however often it arrives. */
  eventId: v.string(),
  type: v.picklist(EVENT_TYPES),
  orderId: v.pipe(v.string(), v.regex(ORDER_ID_PATTERN)),
  /** The order's version after it. Consumers drop what is older than what they know. */
  version: v.number(),
  /** RFC 3339, UTC. */
  at: v.string(),
  /** The order's status after it. */
  status: v.picklist(ORDER_STATUSES),
  customerId: v.exactOptional(v.string()),
  /** Why the order failed. */
  reason: v.exactOptional(v.picklist(FAILURE_REASONS)),
  /** Ties it to the request that brought it about. */
  correlationId: v.custom<string>(isCorrelationId),
});

/** Something that happened to an order. */
export type OrderEvent = v.InferOutput<typeof orderEvent>;

/** The event that tells of the order's present status. */
export function statusEvent(order: Order, correlationId: string): OrderEvent {
  return event(STATUS_EVENTS[order.status], order, correlationId);
}

/** The event that tells that somebody asked to cancel the order. */
export function cancelRequested(order: Order, correlationId: string): OrderEvent {
  return event("OrderCancelRequested", order, correlationId);
}

/** Takes a value for the event that it is. @returns Nothing if it is none. */
export function toEvent(value: unknown): OrderEvent | undefined {
  const result = v.safeParse(orderEvent, value);
  return result.success ? result.output : undefined;
}

/** Reads an event's JSON. @returns Nothing if it is not an event. */
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
