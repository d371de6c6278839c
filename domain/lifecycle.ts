/** Every status that an order can have, in the order in which a good one passes through them. */
export const ORDER_STATUSES = [
  "PENDING",
  "PROCESSING",
  "COMPLETED",
  "SHIPPED",
  "DELIVERED",
  "FAILED",
  "CANCELLED",
] as const;

/** Where an order stands. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The one table of the lifecycle: what each status may become. Everything that changes a status asks it. */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["PROCESSING", "FAILED", "CANCELLED"],
  PROCESSING: ["COMPLETED", "FAILED", "CANCELLED"],
  COMPLETED: ["SHIPPED", "CANCELLED"],
  SHIPPED: ["DELIVERED"],
  DELIVERED: [],
  FAILED: [],
  CANCELLED: [],
};

/** The status of an order that was just placed. */
export const FIRST_STATUS: OrderStatus = "PENDING";

/** Whether the lifecycle lets an order go from one status to the other in one step. Staying is not a step. */
export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whether the status is an order's last one: nothing can follow. */
export function isFinal(status: OrderStatus): boolean {
  return NEXT[status].length === 0;
}
