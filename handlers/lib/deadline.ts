import { environment } from "./environment.ts";

const HOUR_MS = 3_600_000;

/** How long an order may take until it is charged, and a cancellation until it is refunded: `orderDeadlineHours`. */
export function deadlineMs(): number {
  return Number(environment("ORDER_DEADLINE_HOURS")) * HOUR_MS;
}
