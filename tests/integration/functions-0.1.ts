import { ConditionalCheckFailedException, PutItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { updateStatus } from "../../domain/back-office.ts";
import type { Reservation } from "../../domain/fulfilment.ts";
import type { OrderLine } from "../../domain/pricing.ts";
import { db } from "../../handlers/lib/db.ts";
import { changeOrder } from "../../store/change-order.ts";
import { mayGoOn, partKey, readFulfilment } from "../../store/fulfilment.ts";
import { fromItem, toItem } from "../../store/items.ts";
import { productKey } from "../../store/products.ts";
import { transact } from "../../store/transactions.ts";

// What version 0.1's functions write for the stock. Its reserve-stock threw what this one returns.

/** Takes all lines of an order, or none, and its reservation, in one transaction. */
export async function reserveStock(orderId: string): Promise<{ outcome: string }> {
  const { order } = await readFulfilment(db, orderId);
  const results = await transact(db, [
    {
      Put: {
        ...put(orderId, "RESERVED", order.items),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    mayGoOn(db, orderId),
    ...order.items.map(({ productId, quantity }) => addToStock(productId, -quantity)),
  ]);
  if (!results) return { outcome: "RESERVED" };
  const [reservation, ofOrder] = results;
  if (reservation?.item) {
    const { status } = fromItem<Reservation>(reservation.item);
    return { outcome: status === "RESERVED" ? "RESERVED" : "STOPPED" };
  }
  return { outcome: ofOrder?.failed ? "STOPPED" : "OUT_OF_STOCK" };
}

/** Gives back what was reserved, or leaves a tombstone. */
export async function releaseStock(orderId: string): Promise<{ outcome: string }> {
  const { order, payment, reservation } = await readFulfilment(db, orderId);
  if (payment?.status !== "VOIDED") return { outcome: "NOTHING_TO_UNDO" };
  if (reservation?.status === "RELEASED" || (!reservation && (await forbid(orderId)))) return { outcome: "RELEASED" };
  await transact(db, [
    {
      Update: {
        TableName: db.table,
        Key: partKey(orderId, "RESERVATION"),
        UpdateExpression: "SET #status = :released",
        ConditionExpression: "#status = :reserved",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: toItem({ ":released": "RELEASED", ":reserved": "RESERVED" }),
      },
    },
    ...order.items.map(({ productId, quantity }) => addToStock(productId, quantity)),
  ]);
  return { outcome: "RELEASED" };
}

/** Marks an order as shipped, and nothing else. */
export async function ship(orderId: string): Promise<unknown> {
  return changeOrder(db, orderId, "test", (order) => updateStatus(order, { status: "SHIPPED" })).catch(() => {});
}

async function forbid(orderId: string): Promise<boolean> {
  const mark = { ...put(orderId, "RELEASED", []), ConditionExpression: "attribute_not_exists(pk)" };
  try {
    await db.client.send(new PutItemCommand(mark));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function put(orderId: string, status: Reservation["status"], lines: OrderLine[]) {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  return { TableName: db.table, Item: { ...partKey(orderId, "RESERVATION"), ...toItem({ status, items }) } };
}

function addToStock(productId: string, units: number): TransactWriteItem {
  return {
    Update: {
      TableName: db.table,
      Key: productKey(productId),
      UpdateExpression: "ADD stock :units",
      ConditionExpression: units < 0 ? "stock >= :least" : "attribute_exists(pk)",
      ExpressionAttributeValues: toItem({ ":units": units, ...(units < 0 && { ":least": -units }) }),
    },
  };
}
