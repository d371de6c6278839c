import type { Attention, AttentionReason } from "../../domain/attention.ts";
import type { Order } from "../../domain/order.ts";
import type { Finding } from "../verbs/doctor.ts";
import type { StoryLine } from "../verbs/order-log.ts";
import { statusText } from "./order-text.ts";
import type { Page } from "./page.ts";
import { clockText, shortIds, timeText } from "./short.ts";
import { table, wrapped, wrappedTable } from "./table.ts";

/** What is told of an order that is stuck. */
type StuckOrder = Pick<Order, "orderId" | "status" | "updatedAt"> & {
  cancelRequestedAt: string | undefined;
  redrives: number;
};

/** Orders that are stuck, a line each. */
export function stuckText(orders: StuckOrder[], page: Page): string {
  if (orders.length === 0) return "No order is stuck.";
  const short = shortIds(
    orders.map(({ orderId }) => orderId),
    page,
  );
  const rows = orders.map(({ orderId, status, updatedAt, cancelRequestedAt, redrives }) => [
    short(orderId),
    statusText(status, page),
    cancelRequestedAt === undefined ? "" : "being cancelled",
    timeText(updatedAt, page),
    String(redrives),
  ]);
  return table(["ORDER", "STATUS", "", "LAST CHANGE", "RESTARTS"], rows, page);
}

/** Orders that wait for a person, a line each. */
export function attentionText(
  orders: (Pick<Order, "orderId" | "status"> & { attention: Attention })[],
  page: Page,
): string {
  if (orders.length === 0) return "No order needs attention.";
  const short = shortIds(
    orders.map(({ orderId }) => orderId),
    page,
  );
  const rows = orders.map(({ orderId, status, attention: { reason, since } }) => [
    short(orderId),
    statusText(status, page),
    timeText(since, page),
    ADVICE[reason],
  ]);
  return table(["ORDER", "STATUS", "SINCE", "WHY, AND WHAT TO DO"], rows, page);
}

const ADVICE: Record<AttentionReason, string> = {
  REFUND_REFUSED:
    "The payment provider refuses the refund: refund the customer another way, or at the provider, then resume.",
  CHARGE_UNKNOWN: "The payment provider doesn't say whether it charged: once it responds again, resume.",
  SHORT:
    "Goods that were reserved for it are gone: ship it if you find some, else cancel it; resume once there are enough.",
  DISPUTED: "The customer disputes the charge: answer at the payment provider before you ship, then resume.",
};

/** An order's story, a line for each thing that was done. */
export function storyText(lines: StoryLine[], page: Page): string {
  if (lines.length === 0) return "No function has logged anything about this order, or its logs have expired.";
  const rows = lines.map(({ began, service, level, message, outcome, durationMs, ...more }) => [
    clockText(began, page),
    service,
    level === "INFO" ? "" : page.paint(level === "WARN" ? "yellow" : "red", level),
    outcome ?? message,
    durationMs === undefined ? "" : `${Math.round(durationMs)} ms`,
    [more.type, more.reason, more.execution, more.error && `${more.error.name}: ${more.error.message}`]
      .filter(Boolean)
      .join(", "),
  ]);
  return wrappedTable(["STARTED", "FUNCTION", "LEVEL", "OUTCOME", "TOOK", "DETAILS"], rows, page);
}

/** What a look at a stack found: what is fine in a line, what is not with what to do about it. */
export function findingsText(findings: Finding[], page: Page): string {
  const rows = findings.flatMap(({ check, isFine, detail, advice }) => [
    [isFine ? page.paint("green", "✔") : page.paint("red", "✖"), check, detail],
    ...(advice === undefined ? [] : [["", "", `→ ${advice}`]]),
  ]);
  const wrong = findings.filter(({ isFine }) => !isFine).length;
  const sum = wrong === 0 ? "No problems found." : `${wrong} of ${findings.length} checks need attention.`;
  return `${wrapped(rows, page)}\n\n${sum}`;
}
