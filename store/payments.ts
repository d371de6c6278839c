import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { FailureReason } from "../domain/failure-reasons.ts";
import type { Order } from "../domain/order.ts";
import type { GatewayName, PaymentRecord, Voided } from "../domain/payment.ts";
import type { PaymentEvent } from "../domain/payment-event.ts";
import { isStopped, mayBeUndone, mayGoOn, partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/** Reads the payment of an order with strong consistency. */
export async function getPayment(db: OrdersTable, orderId: string): Promise<PaymentRecord | undefined> {
  const { Item } = await db.client.send(new GetItemCommand({ ...recordOf(db, orderId), ConsistentRead: true }));
  return Item && fromItem<PaymentRecord>(Item);
}

/**
 * Records that the payment is about to be charged, if the order may go on.
 *
 * @param gateway - The provider that will charge it. Another one recorded earlier stays.
 * @param triesLeft - Of the record that this was decided for. With another number, the customer has chosen another payment method.
 * @returns Undefined if the payment may be charged; otherwise the record that forbids it, or `STOPPED` if the order may not
 * go on.
 */
export async function beginCharge(
  db: OrdersTable,
  { orderId, totalMinor }: Order,
  gateway: GatewayName,
  triesLeft?: number,
): Promise<PaymentRecord | "STOPPED" | undefined> {
  const results = await transact(db, [
    {
      Update: {
        ...recordOf(db, orderId),
        UpdateExpression: "SET #status = :charging, amountMinor = :amount, gateway = :gateway",
        ConditionExpression:
          "attribute_not_exists(pk) OR (#status = :charging AND (attribute_not_exists(gateway) OR gateway = :gateway) " +
          `AND ${triesLeft === undefined ? "attribute_not_exists(triesLeft)" : "triesLeft = :left"})`,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: toItem({
          ":charging": "CHARGING",
          ":amount": totalMinor,
          ":gateway": gateway,
          ":left": triesLeft,
        }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    mayGoOn(db, orderId),
  ]);
  if (!results) return undefined;
  const [record, order] = results;
  if (record?.item) return fromItem<PaymentRecord>(record.item);
  if (isStopped(order)) return "STOPPED";
  throw new Error("The transaction failed without a reason.");
}

/** Records the provider's id of the payment before it is charged. An earlier id stays. @returns The record as it is now. */
export async function keepProviderId(db: OrdersTable, orderId: string, providerId: string): Promise<PaymentRecord> {
  const keep = "SET providerId = if_not_exists(providerId, :id)";
  return (await update(db, orderId, ["CHARGING"], keep, { ":id": providerId })).record;
}

/** Records that the payment is charged, unless it is being voided. */
export function markCharged(
  db: OrdersTable,
  { orderId, totalMinor }: Pick<Order, "orderId" | "totalMinor">,
): Promise<Updated> {
  const charge: PaymentEvent = {
    ...{ id: "CHARGE.SUCCEEDED", kind: "CHARGE", objectId: orderId, state: "SUCCEEDED", amountMinor: totalMinor },
    ...{ at: new Date().toISOString(), source: "call" },
  };
  const values = { ":charged": "CHARGED", ":none": [], ":added": [charge] };
  const charged = `SET #status = :charged, ${ADD_EVENTS}`;
  return update(db, orderId, ["CHARGING", "AWAITING_CUSTOMER"], charged, values, EVENTS);
}

/** Records that the provider has voided the payment. @param refunds - What became of all refunds. */
export async function markVoided(
  db: OrdersTable,
  orderId: string,
  { refundedMinor, isDisputed }: Voided,
  refunds: PaymentEvent[] = [],
): Promise<void> {
  const disputed = isDisputed ? ", isDisputed = :disputed" : "";
  const values = {
    ...{ ":voided": "VOIDED", ":refunded": refundedMinor, ":none": [], ":added": refunds },
    ...(isDisputed && { ":disputed": isDisputed }),
  };
  const voided = `SET #status = :voided, refundedMinor = :refunded${disputed}, ${ADD_EVENTS}`;
  await update(db, orderId, ["VOIDING"], voided, values, EVENTS);
}

/** Adds the events `:added` to a payment's; `:none` is an empty list. Events that are there already do no harm: see `ledgerOf`. */
export const ADD_EVENTS = "#events = list_append(if_not_exists(#events, :none), :added)";
/** The names in {@link ADD_EVENTS}. */
export const EVENTS = { "#events": "events" };

/**
 * Forbids all charges of the order from now on, even if none was started, provided that the order may be undone.
 *
 * @param reason - Why the order fails; an earlier reason stays. Undefined if it is being cancelled: only then may a payment
 * that is charged be voided.
 * @returns Whether the payment still has to be voided: false if it is voided already, or may not be.
 */
export async function beginVoid(
  db: OrdersTable,
  { orderId, totalMinor }: Order,
  reason: FailureReason | undefined,
): Promise<boolean> {
  const results = await transact(db, [
    {
      Update: {
        ...recordOf(db, orderId),
        UpdateExpression: `SET #status = :voiding, amountMinor = :amount${reason ? ", #reason = if_not_exists(#reason, :reason)" : ""}`,
        ConditionExpression: `attribute_not_exists(pk) OR NOT #status IN (:voided${reason ? ", :charged" : ""})`,
        ExpressionAttributeNames: { ...STATUS, ...(reason && { "#reason": "reason" }) },
        ExpressionAttributeValues: toItem({
          ":voiding": "VOIDING",
          ":voided": "VOIDED",
          ":amount": totalMinor,
          ...(reason && { ":reason": reason, ":charged": "CHARGED" }),
        }),
      },
    },
    mayBeUndone(db, orderId),
  ]);
  return results === undefined;
}

const STATUS = { "#status": "status" };

function recordOf({ table }: OrdersTable, orderId: string) {
  return { TableName: table, Key: partKey(orderId, "PAYMENT") };
}

/** The result of an update. */
interface Updated {
  /** The record as it is now. */
  record: PaymentRecord;
  /** Whether this call changed it. False, too, if the response was lost and the SDK's retry found it changed. */
  isChanged: boolean;
}

/** Changes a record if it has one of these statuses, and leaves it alone otherwise. */
async function update(
  db: OrdersTable,
  orderId: string,
  statuses: PaymentRecord["status"][],
  expression: string,
  values: Record<string, unknown>,
  names: Record<string, string> = {},
): Promise<Updated> {
  const command = new UpdateItemCommand({
    ...recordOf(db, orderId),
    UpdateExpression: expression,
    ConditionExpression: `#status IN (${statuses.map((status) => `:${status}`).join(", ")})`,
    ExpressionAttributeNames: { ...STATUS, ...names },
    ExpressionAttributeValues: toItem({
      ...values,
      ...Object.fromEntries(statuses.map((status) => [`:${status}`, status])),
    }),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    const { Attributes = {} } = await db.client.send(command);
    return { record: fromItem<PaymentRecord>(Attributes), isChanged: true };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) {
      return { record: fromItem<PaymentRecord>(error.Item), isChanged: false };
    }
    throw error;
  }
}
