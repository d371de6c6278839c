import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import type { IdempotencyRecord } from "../domain/idempotency.ts";
import type { Order } from "../domain/order.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import type { PaymentEvent, RefundEvent } from "../domain/payment-event.ts";
import { isNews } from "../domain/payment-ledger.ts";
import { batchGet } from "./batch-get.ts";
import { changeOrder } from "./change-order.ts";
import { type ClaimId, claimKey, putClaim } from "./claims.ts";
import { partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { ADD_EVENTS, EVENTS, getPayment } from "./payments.ts";
import type { OrdersTable } from "./table.ts";
import { MAX_ATTEMPTS, pause } from "./transactions.ts";

/** A refund that the back office asks for, and the record of the idempotency key that it is written with. */
export interface NewRefund {
  refund: RefundEvent;
  record: IdempotencyRecord;
}

/**
 * Records that a refund is asked for: its amount is taken from what is left, once for an idempotency key, in one transaction with
 * the order's event, which brings it to the payment queue.
 *
 * @param now - Seconds since 1970.
 * @param decide - Decides the refund from the order and its payment. It may be called more than once, and whatever it throws ends it.
 * @returns The record of the key, and whether this request wrote it: otherwise an earlier one with the same key did.
 * @throws Failure `OrderNotFound`; `Busy` if conflicts or other changes persist.
 */
export async function requestRefund(
  db: OrdersTable,
  { orderId, correlationId }: { orderId: string; correlationId: string },
  claim: ClaimId,
  now: number,
  decide: (order: Order, payment: PaymentRecord | undefined) => NewRefund,
): Promise<{ record: IdempotencyRecord; isNew: boolean }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const items = await batchGet(db, [partKey(orderId, "PAYMENT"), claimKey(claim)]);
    const claimed = items.find(({ pk }) => pk?.S === claim);
    const record = claimed && fromItem<IdempotencyRecord>(claimed);
    if (record && record.expiresAt >= now) return { record, isNew: false };
    const found = items.find((item) => item !== claimed);
    const payment = found && fromItem<PaymentRecord>(found);

    let decided: NewRefund | undefined;
    const { isChanged } = await changeOrder(db, orderId, correlationId, (order) => {
      decided = decide(order, payment);
      const { refund, record } = decided;
      const { objectId: refundId, amountMinor } = refund;
      const writes = [appendTo(db, orderId, payment, refund, "CHARGED"), putClaim(db, claim, record, now)];
      return { refundRequested: { refundId, amountMinor }, with: writes };
    });
    if (isChanged && decided) return { record: decided.record, isNew: true };
    await pause(attempt);
  }
  throw new Failure("Busy", `The payment of ${orderId} changed again and again meanwhile.`);
}

/**
 * Records what happened to a payment, once however often it is told. A refund that was made is an event of the order, too, in the
 * same transaction: the customer hears of it.
 *
 * @returns Whether this call recorded it: false if it is known, or there is no such payment.
 * @throws Failure `OrderNotFound`; `Busy` if conflicts or other changes persist.
 */
export async function recordPaymentEvent(
  db: OrdersTable,
  { orderId, correlationId }: { orderId: string; correlationId: string },
  event: PaymentEvent,
): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const payment = await getPayment(db, orderId);
    if (!payment || !isNews(event, payment)) return false;
    const append = appendTo(db, orderId, payment, event);
    const isToBeTold = event.kind === "REFUND" && event.state === "SUCCEEDED" && payment.status === "CHARGED";
    const refunded = { refundId: event.objectId, amountMinor: event.amountMinor };
    const isRecorded = isToBeTold
      ? (await changeOrder(db, orderId, correlationId, () => ({ refunded, with: [append] }))).isChanged
      : await write(db, append);
    if (isRecorded) return true;
    await pause(attempt);
  }
  throw new Failure("Busy", `The payment of ${orderId} changed again and again meanwhile.`);
}

/** Adds an event to those that were read, unless there are more of them by now. @param status - The payment must have it. */
function appendTo(
  { table }: OrdersTable,
  orderId: string,
  { events }: Pick<PaymentRecord, "events"> = {},
  event: PaymentEvent,
  status?: PaymentRecord["status"],
) {
  const asRead = events ? "size(#events) = :read" : "attribute_not_exists(#events)";
  const condition = status ? `#status = :status AND ${asRead}` : `attribute_exists(pk) AND ${asRead}`;
  return {
    Update: {
      TableName: table,
      Key: partKey(orderId, "PAYMENT"),
      UpdateExpression: `SET ${ADD_EVENTS}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { ...EVENTS, ...(status && { "#status": "status" }) },
      ExpressionAttributeValues: toItem({
        ":none": [],
        ":added": [event],
        ...(events && { ":read": events.length }),
        ...(status && { ":status": status }),
      }),
    },
  };
}

async function write({ client }: OrdersTable, { Update }: ReturnType<typeof appendTo>): Promise<boolean> {
  try {
    await client.send(new UpdateItemCommand(Update));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
