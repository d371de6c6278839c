import { QueryCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import { type Fulfilment, mayProceed, type Reservation } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { orderKey, type StoredOrder } from "./orders.ts";
import type { OrdersTable } from "./table.ts";
import type { ConditionResult } from "./transactions.ts";

/** Parts of an order's fulfilment: sort keys next to the order's own, `ORDER`. */
export type Part = "PAYMENT" | "RESERVATION";

/** The key of a part. */
export function partKey(orderId: string, part: Part): Item {
  return toItem({ ...orderKey(orderId), sk: part });
}

/** A fulfilment as it was read. */
export interface StoredFulfilment extends Fulfilment {
  order: StoredOrder;
}

/**
 * Reads an order, its payment and its reservation with strong consistency.
 *
 * @throws Failure `OrderNotFound`.
 */
export async function readFulfilment({ client, table }: OrdersTable, orderId: string): Promise<StoredFulfilment> {
  const { pk, sk } = orderKey(orderId);
  // Only the order and its parts sort between these two; events and messages don't.
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: toItem({ ":pk": pk, ":first": sk, ":last": "RESERVATION" satisfies Part }),
    ConsistentRead: true,
  };
  const { Items = [] } = await client.send(new QueryCommand(query));
  const read = <T>(sortKey: string) => Items.filter(({ sk }) => sk?.S === sortKey).map((item) => fromItem<T>(item))[0];
  const order = read<StoredOrder>(sk);
  const payment = read<PaymentRecord>("PAYMENT" satisfies Part);
  const reservation = read<Reservation>("RESERVATION" satisfies Part);
  if (!order) throw new Failure("OrderNotFound", `There is no order ${orderId}.`);
  return { order, ...(payment && { payment }), ...(reservation && { reservation }) };
}

/** The condition for a step forward. `mayProceed` is the same rule for an order that was read. */
export function mayGoOn(db: OrdersTable, orderId: string): TransactWriteItem {
  return {
    ConditionCheck: {
      ...orderOf(db, orderId),
      ConditionExpression: "#status = :processing AND attribute_not_exists(cancelRequestedAt)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":processing": "PROCESSING" }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** Whether {@link mayGoOn} refused. */
export function isStopped(result: ConditionResult | undefined): boolean {
  return result?.item !== undefined && !mayProceed(fromItem<Order>(result.item));
}

/** The condition for undoing anything: an order that was fulfilled stays as it is, and so does a parked one. */
export function mayBeUndone(db: OrdersTable, orderId: string): TransactWriteItem {
  return {
    ConditionCheck: {
      ...orderOf(db, orderId),
      ConditionExpression: "begins_with(openShard, :open)",
      ExpressionAttributeValues: toItem({ ":open": "OPEN#" }),
    },
  };
}

/** The condition that a part exists and has this status. */
export function partIs(
  { table }: OrdersTable,
  orderId: string,
  part: Part,
  status: PaymentRecord["status"] | Reservation["status"],
) {
  return {
    ConditionCheck: {
      TableName: table,
      Key: partKey(orderId, part),
      ConditionExpression: "#status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":status": status }),
    },
  } satisfies TransactWriteItem;
}

function orderOf({ table }: OrdersTable, orderId: string) {
  return { TableName: table, Key: toItem(orderKey(orderId)) };
}
