import { QueryCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import type { Fulfilment, PaymentRecord, Reservation } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { orderKey } from "./orders.ts";

/** What belongs to an order's fulfilment: sort keys beside the order's own, `ORDER`. */
export type Part = "PAYMENT" | "RESERVATION";

/** The key of a part. */
export function partKey(orderId: string, part: Part): Item {
  return toItem({ ...orderKey(orderId), sk: part });
}

/**
 * Reads an order and what was done for it, each as it is after the last write to it.
 *
 * @throws Failure `OrderNotFound`.
 */
export async function readFulfilment(orderId: string): Promise<Fulfilment> {
  const { pk, sk } = orderKey(orderId);
  // Between these two, the partition has only the order and the parts: its events and mails are sorted elsewhere.
  const query = {
    TableName: environment("ORDERS_TABLE"),
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: toItem({ ":pk": pk, ":first": sk, ":last": "RESERVATION" satisfies Part }),
    ConsistentRead: true,
  };
  const { Items = [] } = await dynamodb.send(new QueryCommand(query));
  const read = <T>(sortKey: string) => Items.filter(({ sk }) => sk?.S === sortKey).map((item) => fromItem<T>(item))[0];
  const order = read<Order>(sk);
  const payment = read<PaymentRecord>("PAYMENT" satisfies Part);
  const reservation = read<Reservation>("RESERVATION" satisfies Part);
  if (!order) throw new Failure("OrderNotFound", `There is no order ${orderId}.`);
  return { order, ...(payment && { payment }), ...(reservation && { reservation }) };
}

/** The condition under which a step forward may be taken. `obstacleOf` says the same of an order that was read. */
export function mayGoOn(orderId: string): TransactWriteItem {
  return {
    ConditionCheck: {
      ...orderItemOf(orderId),
      ConditionExpression: "#status = :processing AND attribute_not_exists(cancelRequestedAt)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":processing": "PROCESSING" }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** The condition under which anything may be undone: an order that came through stays as it is. */
export function mayBeUndone(orderId: string): TransactWriteItem {
  return { ConditionCheck: { ...orderItemOf(orderId), ConditionExpression: "attribute_exists(openShard)" } };
}

/** The condition that a part is there and has this status. */
export function partIs(orderId: string, part: Part, status: PaymentRecord["status"] | Reservation["status"]) {
  return {
    ConditionCheck: {
      TableName: environment("ORDERS_TABLE"),
      Key: partKey(orderId, part),
      ConditionExpression: "#status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":status": status }),
    },
  } satisfies TransactWriteItem;
}

function orderItemOf(orderId: string) {
  return { TableName: environment("ORDERS_TABLE"), Key: toItem(orderKey(orderId)) };
}
