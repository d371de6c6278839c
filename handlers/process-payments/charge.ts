import { Failure } from "../../domain/failure.ts";
import { mayBePaidUnrecorded } from "../../domain/fulfilment.ts";
import { isOverdue } from "../../domain/restarts.ts";
import { paymentOf } from "../../payments/port.ts";
import { readFulfilment } from "../../store/fulfilment.ts";
import { beginCharge, keepProviderId } from "../../store/payments.ts";
import { db } from "../lib/db.ts";
import { deadlineMs } from "../lib/deadline.ts";
import { gateways } from "../lib/gateways.ts";
import type { StepInput, StepResult } from "../lib/step.ts";
import { conclude } from "./conclude.ts";
import { lookAgain } from "./look-again.ts";

/**
 * Charges an order's payment exactly once, unless its deadline has come. Another execution may be undoing the order already,
 * so this ends on any unexpected record, and voids whatever it may have charged. Looks again at a payment that waits for the
 * customer.
 *
 * @throws Failure `GatewayError` or `Busy`: try again later.
 */
export async function charge({ orderId, correlationId }: StepInput): Promise<StepResult> {
  const before = await readFulfilment(db, orderId);
  const { order } = before;
  // Stock is released only after the payment is voided, so it stays reserved for as long as this may charge.
  if (before.reservation?.status !== "RESERVED") return { outcome: "STOPPED" };
  // It has a deadline of its own.
  if (before.payment?.status === "AWAITING_CUSTOMER") return lookAgain(order, correlationId);
  // The refund finds out whether it was charged in time after all.
  if (before.payment?.status !== "CHARGED" && isOverdue(order, deadlineMs())) return { outcome: "UNAVAILABLE" };
  const name = gateways.nameFor(before.payment);
  const other = await beginCharge(db, order, name, before.payment?.triesLeft);
  if (other === "STOPPED") return { outcome: "STOPPED" };
  if (other?.status === "CHARGED") return { outcome: "CHARGED" };
  if (other?.status === "CHARGING" || other?.status === "AWAITING_CUSTOMER")
    throw new Failure("Busy", `The payment of ${orderId} changed meanwhile.`);
  if (other) return { outcome: "STOPPED" };

  const gateway = await gateways.open(name);
  const payment = paymentOf(order, before.payment);
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
    if (record.status !== "CHARGING") {
      await gateway.void({ ...payment, providerId });
      return { outcome: "STOPPED" };
    }
  }
  const open = { ...payment, providerId };
  const record = { status: "CHARGING" as const, ...before.payment };
  return conclude({ record, order, open, gateway, correlationId }, await gateway.charge(open));
}
