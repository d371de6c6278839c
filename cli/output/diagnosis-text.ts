import type { Order } from "../../domain/order.ts";
import type { Paint } from "../context.ts";
import type { Finding } from "../verbs/doctor.ts";
import type { StoryLine } from "../verbs/order-log.ts";
import { statusText } from "./order-text.ts";
import { columns, table } from "./table.ts";

/** What is told of an order that is stuck. */
type StuckOrder = Pick<Order, "orderId" | "status" | "updatedAt"> & {
  cancelRequestedAt: string | undefined;
  redrives: number;
};

/** Orders that are stuck, a line each. */
export function stuckText(orders: StuckOrder[], paint: Paint): string {
  if (orders.length === 0) return "No order is stuck.";
  const rows = orders.map(({ orderId, status, updatedAt, cancelRequestedAt, redrives }) => [
    orderId,
    statusText(status, paint),
    cancelRequestedAt === undefined ? "" : "being cancelled",
    updatedAt,
    String(redrives),
  ]);
  return table(["ORDER", "STATUS", "", "LAST CHANGE", "RESTARTS"], rows, paint);
}

/** An order's story, a line for each thing that was done. */
export function storyText(lines: StoryLine[], paint: Paint): string {
  if (lines.length === 0) return "No function has logged anything about this order, or its logs have expired.";
  const rows = lines.map(({ began, service, level, message, outcome, durationMs, ...more }) => [
    began,
    service,
    level === "INFO" ? "" : paint(level === "WARN" ? "yellow" : "red", level),
    outcome ?? message,
    durationMs === undefined ? "" : `${Math.round(durationMs)} ms`,
    [more.type, more.reason, more.execution, more.error && `${more.error.name}: ${more.error.message}`]
      .filter(Boolean)
      .join(", "),
  ]);
  return table(["STARTED", "FUNCTION", "LEVEL", "OUTCOME", "TOOK", "DETAILS"], rows, paint);
}

/** What a look at a stack found: what is fine in a line, what is not with what to do about it. */
export function findingsText(findings: Finding[], paint: Paint): string {
  const rows = findings.flatMap(({ check, isFine, detail, advice }) => [
    [isFine ? paint("green", "✔") : paint("red", "✖"), check, detail],
    ...(advice === undefined ? [] : [["", "", paint("dim", `→ ${advice}`)]]),
  ]);
  const wrong = findings.filter(({ isFine }) => !isFine).length;
  const sum = wrong === 0 ? "No problems found." : `${wrong} of ${findings.length} checks need attention.`;
  return `${columns(rows)}\n\n${sum}`;
}
