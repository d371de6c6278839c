import { Failure } from "../../domain/failure.ts";
import { mayBePaidUnrecorded } from "../../domain/fulfilment.ts";
import { isOverdue } from "../../domain/restarts.ts";
import { paymentOf } from "../../payments/port.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { beginCharge, keepProviderId, markCharged } from "../../store/payments.ts";
import { db } from "../lib/db.ts";
import { deadlineMs } from "../lib/deadline.ts";
import { gateways } from "../lib/gateways.ts";
import { measure } from "../lib/metrics.ts";
import type { StepInput, StepResult } from "../lib/step.ts";

/**
 * Charges an order's payment exactly once, unless its deadline has come. Another execution may be undoing the order already,
 * so this ends on any unexpected record, and voids whatever it may have charged.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function charge({ orderId, correlationId }: StepInput): Promise<StepResult> {
  const before = await readFulfilment(db, orderId);
  const { order } = before;
  // Stock is released only after the payment is voided, so it stays reserved for as long as this may charge.
  if (before.reservation?.status !== "RESERVED") return { outcome: "STOPPED" };
  // The refund finds out whether it was charged in time after all.
  if (before.payment?.status !== "CHARGED" && isOverdue(order, deadlineMs())) return { outcome: "UNAVAILABLE" };
  const name = gateways.nameFor(before.payment);
  const other = await beginCharge(db, order, name);
  if (other === "STOPPED") return { outcome: "STOPPED" };
  if (other?.status === "CHARGED") return { outcome: "CHARGED" };
  if (other?.status === "CHARGING")
    throw new Failure("Busy", `Another execution has started the payment at ${other.gateway}.`);
  if (other) return { outcome: "STOPPED" };

  const gateway = await gateways.open(name);
  const payment = paymentOf(order);
  let providerId =
    before.payment?.providerId ?? (mayBePaidUnrecorded(before) ? await gateway.find(orderId) : undefined);
  if (providerId === undefined) {
    const opened = await gateway.open(payment);
    if ("declined" in opened) return { outcome: opened.declined };
    providerId = opened.providerId;
  }
  if (before.payment?.providerId === undefined) {
    const record = await keepProviderId(db, orderId, providerId);
    if (record.status === "CHARGED") return { outcome: "CHARGED" };
    providerId = record.providerId ?? providerId;
    if (record.status !== "CHARGING") return voided(providerId);
  }
  const outcome = await gateway.charge({ ...payment, providerId });
  // Unless this order is being undone, its records were lost: it can't be paid any more.
  if (outcome === "VOIDED") return { outcome: "UNAVAILABLE" };
  if (outcome !== "CHARGED") return { outcome };
  const { record, isChanged } = await markCharged(db, orderId);
  if (record.status !== "CHARGED") return voided(providerId);
  if (isChanged) measure({ PaymentsProcessed: 1 }, { orderId, correlationId });
  return { outcome: "CHARGED" };

  /** Should the provider refuse, the refund finds the same, and parks the order. */
  async function voided(id: string) {
    await gateway.void({ ...payment, providerId: id });
    return { outcome: "STOPPED" };
  }
}
