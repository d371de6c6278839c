import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { FailureReason } from "../domain/failure-reasons.ts";
import { obstacleOf, type PaymentRecord } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import { environment } from "../handlers/lib/environment.ts";
import type { GatewayName, Voided } from "../payments/port.ts";
import { dynamodb } from "./client.ts";
import { mayBeUndone, mayGoOn, partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { transact } from "./transactions.ts";

/**
 * Says that the payment is about to be charged, if the order may go on.
 *
 * @param gateway - Who is to charge it; one that was recorded earlier stays.
 * @returns Nothing, or the record if it says otherwise.
 * @throws Failure `CancelRequested` or `Fenced` if the order may not go on.
 */
export async function beginCharge(
  { orderId, totalMinor }: Order,
  gateway: GatewayName,
): Promise<PaymentRecord | undefined> {
  const refused = await transact([
    {
      Update: {
        ...recordOf(orderId),
        UpdateExpression: "SET #status = :charging, amountMinor = :amount, gateway = :gateway",
        ConditionExpression:
          "attribute_not_exists(pk) OR (#status = :charging AND (attribute_not_exists(gateway) OR gateway = :gateway))",
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: toItem({ ":charging": "CHARGING", ":amount": totalMinor, ":gateway": gateway }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    mayGoOn(orderId),
  ]);
  if (!refused) return undefined;
  const [record, order] = refused;
  if (record?.item) return fromItem<PaymentRecord>(record.item);
  throw (
    (order?.item && obstacleOf(fromItem<Order>(order.item))) ?? new Error("The transaction failed without a reason.")
  );
}

/** Keeps the provider's name for the payment, before it is charged. The first name stays. @returns The record then. */
export async function keepProviderId(orderId: string, providerId: string): Promise<PaymentRecord> {
  const keep = "SET providerId = if_not_exists(providerId, :id)";
  return (await update(orderId, "CHARGING", keep, { ":id": providerId })).record;
}

/** Says that the payment is charged, unless it is being voided. @returns The record then, and whether this call did it. */
export function markCharged(orderId: string): Promise<Updated> {
  return update(orderId, "CHARGING", "SET #status = :charged", { ":charged": "CHARGED" });
}

/** Says that the payment is voided at the provider's. */
export async function markVoided(orderId: string, { refundedMinor, isDisputed }: Voided): Promise<void> {
  const values = { ":voided": "VOIDED", ":refunded": refundedMinor, ...(isDisputed && { ":disputed": isDisputed }) };
  const disputed = isDisputed ? ", isDisputed = :disputed" : "";
  await update(orderId, "VOIDING", `SET #status = :voided, refundedMinor = :refunded${disputed}`, values);
}

/**
 * Forbids every charge of the order from here on, also where none was begun, if the order may be undone.
 *
 * @param reason - Why; an earlier reason stays.
 * @returns Whether it is so, and not voided already.
 */
export async function beginVoid({ orderId, totalMinor }: Order, reason: FailureReason): Promise<boolean> {
  const refused = await transact([
    {
      Update: {
        ...recordOf(orderId),
        UpdateExpression: "SET #status = :voiding, amountMinor = :amount, #reason = if_not_exists(#reason, :reason)",
        ConditionExpression: "attribute_not_exists(pk) OR #status <> :voided",
        ExpressionAttributeNames: { ...STATUS, "#reason": "reason" },
        ExpressionAttributeValues: toItem({
          ":voiding": "VOIDING",
          ":voided": "VOIDED",
          ":amount": totalMinor,
          ":reason": reason,
        }),
      },
    },
    mayBeUndone(orderId),
  ]);
  return refused === undefined;
}

const STATUS = { "#status": "status" };

function recordOf(orderId: string) {
  return { TableName: environment("ORDERS_TABLE"), Key: partKey(orderId, "PAYMENT") };
}

/** A record after a call that was to change it. */
interface Updated {
  record: PaymentRecord;
  /** Whether the call did so. Not told where the answer to it got lost: the SDK's second attempt finds it changed. */
  isChanged: boolean;
}

/** Changes a record that has this status, and leaves it alone otherwise. */
async function update(
  orderId: string,
  status: PaymentRecord["status"],
  expression: string,
  values: Record<string, unknown>,
): Promise<Updated> {
  const command = new UpdateItemCommand({
    ...recordOf(orderId),
    UpdateExpression: expression,
    ConditionExpression: "#status = :before",
    ExpressionAttributeNames: STATUS,
    ExpressionAttributeValues: toItem({ ...values, ":before": status }),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    const { Attributes = {} } = await dynamodb.send(command);
    return { record: fromItem<PaymentRecord>(Attributes), isChanged: true };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) {
      return { record: fromItem<PaymentRecord>(error.Item), isChanged: false };
    }
    throw error;
  }
}
