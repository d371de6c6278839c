import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Awaited, isAwaitingCustomer, type NextTry } from "../domain/awaited-payment.ts";
import type { IdempotencyRecord } from "../domain/idempotency.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { batchGet } from "./batch-get.ts";
import { type ClaimId, claimKey, putClaim } from "./claims.ts";
import { mayGoOn, partKey } from "./fulfilment.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { orderKey, type StoredOrder } from "./orders.ts";
import { getPayment } from "./payments.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/** Payments that wait for their customers, and what ends that. */

/**
 * Records that a payment waits for the customer, unless it was voided or another try has begun meanwhile.
 *
 * @param before - The record of the try that was not charged.
 * @returns The record as it is now.
 */
export function markAwaiting(
  db: OrdersTable,
  orderId: string,
  before: Pick<PaymentRecord, "status" | "triesLeft">,
  { awaiting, triesLeft }: Awaited,
): Promise<PaymentRecord> {
  const forget = before.status === "CHARGING" ? " REMOVE remainingMs" : "";
  return change(
    db,
    orderId,
    `SET #status = :awaiting, awaiting = :about, triesLeft = :left${forget}`,
    `#status = :before AND ${before.triesLeft === undefined ? "attribute_not_exists(triesLeft)" : "triesLeft = :tried"}`,
    {
      ":awaiting": AWAITING,
      ":about": awaiting,
      ":left": triesLeft,
      ":before": before.status,
      ":tried": before.triesLeft,
    },
  );
}

/** Records that somebody now looks at a payment that waits, so that whatever happens from here on is looked at again. */
export function beginLook(db: OrdersTable, orderId: string): Promise<PaymentRecord> {
  return change(db, orderId, "REMOVE lookAgain", WAITS, { ":awaiting": AWAITING });
}

/** Records that a payment that waits has to be looked at again. @returns The record as it is now. */
export function askToLook(db: OrdersTable, orderId: string): Promise<PaymentRecord> {
  return change(db, orderId, "SET lookAgain = :yes", WAITS, { ":awaiting": AWAITING, ":yes": true });
}

/**
 * Records the task of an execution that waits for the customer.
 *
 * @returns Whether it has to wait: not if something has happened meanwhile.
 */
export async function keepTask(db: OrdersTable, orderId: string, taskToken: string): Promise<boolean> {
  const condition = `${WAITS} AND attribute_not_exists(lookAgain)`;
  const values = { ":awaiting": AWAITING, ":task": new Set([taskToken]) };
  const { status, lookAgain } = await change(db, orderId, "ADD taskTokens :task", condition, values);
  return status === AWAITING && lookAgain === undefined;
}

/** Forgets tasks that were told. Others, which began to wait meanwhile, are kept. */
export async function forgetTasks(db: OrdersTable, orderId: string, taskTokens: Set<string>): Promise<void> {
  await change(db, orderId, "DELETE taskTokens :told", "attribute_exists(#status)", { ":told": taskTokens });
}

/** Whether an order waits for its customer, who still has time. */
export async function awaitsCustomer(db: OrdersTable, orderId: string): Promise<boolean> {
  return isAwaitingCustomer(await getPayment(db, orderId));
}

/** What a customer's request about their payment needs to know. */
export interface CustomerPayment {
  /** The record of an earlier request with the same key. It may have expired. */
  claim?: IdempotencyRecord;
  order?: StoredOrder;
  payment?: PaymentRecord;
}

/** Reads an order, its payment, and the record of an idempotency key, with strong consistency. @throws Failure `Busy`. */
export async function readCustomerPayment(db: OrdersTable, orderId: string, id: ClaimId): Promise<CustomerPayment> {
  const keys = [toItem(orderKey(orderId)), partKey(orderId, "PAYMENT"), claimKey(id)];
  const items = await batchGet(db, keys);
  const read = <T>(sortKey: string) => items.filter(({ sk }) => sk?.S === sortKey).map((item) => fromItem<T>(item))[0];
  const [claim, order] = [read<IdempotencyRecord>("IDEMPOTENCY"), read<StoredOrder>("ORDER")];
  const payment = read<PaymentRecord>("PAYMENT");
  return { ...(claim && { claim }), ...(order && { order }), ...(payment && { payment }) };
}

/**
 * Records what a customer did about a payment that waits, together with the record of the idempotency key: another payment
 * method to try, or an answer to their bank, which has to be looked at.
 *
 * @param before - The payment that this was decided for.
 * @param now - Seconds since 1970.
 * @returns `"done"`; the record of a faster request with the same key; or undefined if the payment changed meanwhile.
 */
export async function recordAnswer(
  db: OrdersTable,
  orderId: string,
  before: Pick<PaymentRecord, "triesLeft">,
  answer: NextTry | "LOOK",
  { id, record, now }: { id: ClaimId; record: IdempotencyRecord; now: number },
): Promise<"done" | IdempotencyRecord | undefined> {
  const results = await transact(db, [
    putClaim(db, id, record, now),
    {
      Update: {
        TableName: db.table,
        Key: partKey(orderId, "PAYMENT"),
        UpdateExpression:
          answer === "LOOK"
            ? "SET lookAgain = :yes"
            : "SET #status = :charging, paymentMethod = :method, triesLeft = :left, remainingMs = :remaining REMOVE awaiting, lookAgain",
        ConditionExpression: `${WAITS} AND triesLeft = :before`,
        ExpressionAttributeNames: STATUS,
        ExpressionAttributeValues: toItem({
          ":awaiting": AWAITING,
          ":before": before.triesLeft,
          ...(answer === "LOOK"
            ? { ":yes": true }
            : {
                ":charging": "CHARGING" satisfies PaymentRecord["status"],
                ":method": answer.paymentMethod,
                ":left": answer.triesLeft,
                ":remaining": answer.remainingMs,
              }),
        }),
      },
    },
    mayGoOn(db, orderId),
  ]);
  if (!results) return "done";
  const [claim] = results;
  return claim?.item && fromItem<IdempotencyRecord>(claim.item);
}

const AWAITING = "AWAITING_CUSTOMER" satisfies PaymentRecord["status"];
const STATUS = { "#status": "status" };
const WAITS = "#status = :awaiting";

/** Changes a payment's record under a condition. @returns The record as it is now, whether changed or not. */
async function change(
  { client, table }: OrdersTable,
  orderId: string,
  UpdateExpression: string,
  ConditionExpression: string,
  values: Record<string, unknown>,
): Promise<PaymentRecord> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: partKey(orderId, "PAYMENT"),
    UpdateExpression,
    ConditionExpression,
    ExpressionAttributeNames: STATUS,
    ExpressionAttributeValues: toItem(values),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const recordIn = (item: Item = {}) => fromItem<PaymentRecord>(item);
  try {
    return recordIn((await client.send(command)).Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return recordIn(error.Item);
    throw error;
  }
}
