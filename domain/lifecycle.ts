/** Every order status, in the order of a successful order's life. */
export const ORDER_STATUSES = [
  "PENDING",
  "PROCESSING",
  "COMPLETED",
  "SHIPPED",
  "DELIVERED",
  "FAILED",
  "CANCELLED",
] as const;

/** An order's status. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The allowed transitions. Whatever changes a status checks here. */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["PROCESSING", "FAILED", "CANCELLED"],
  PROCESSING: ["COMPLETED", "FAILED", "CANCELLED"],
  COMPLETED: ["SHIPPED", "CANCELLED"],
  SHIPPED: ["DELIVERED"],
  DELIVERED: [],
  FAILED: [],
  CANCELLED: [],
};

/** The status of a new order. */
export const INITIAL_STATUS: OrderStatus = "PENDING";

/** Whether the lifecycle allows this transition. A status can't become itself. */
export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whether an order with this status has been fulfilled; it may have been shipped since. */
export function isFulfilled(status: OrderStatus): boolean {
  return status === "COMPLETED" || status === "SHIPPED" || status === "DELIVERED";
}

/** Whether an order with this status has left the house. */
export function isShipped(status: OrderStatus): boolean {
  return status === "SHIPPED" || status === "DELIVERED";
}

/** Whether no other status can follow. */
export function isFinal(status: OrderStatus): boolean {
  return NEXT[status].length === 0;
}
