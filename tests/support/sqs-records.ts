import { createHash } from "node:crypto";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { OrderEvent } from "../../domain/events.ts";

/** A batch of SQS messages as Lambda receives it. Strings are raw bodies. Message ids are `m0`, `m1`, …. */
export function sqsBatch(...bodies: (OrderEvent | string)[]): SQSEvent {
  const records = bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    messageAttributes: { type: { dataType: "String", stringValue: typeof body === "string" ? "?" : body.type } },
  }));
  return { Records: records as unknown as SQSRecord[] };
}

/** A valid order id derived from a name. */
export function orderIdOf(name: string): string {
  return `01a1fdf8-a932-7460-b6a4-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
}

/** An event with default fields. */
export function anEvent(event: Partial<OrderEvent> = {}): OrderEvent {
  return {
    eventId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f36.1",
    type: "OrderPlaced",
    orderId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f36",
    version: 1,
    at: "2026-01-15T10:30:00.000Z",
    status: "PENDING",
    correlationId: "correlation",
    ...event,
  };
}
