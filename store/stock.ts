import { ConditionalCheckFailedException, PutItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Reservation } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import type { OrderLine } from "../domain/pricing.ts";
import { isStopped, mayGoOn, partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { productKey } from "./products.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/** The result of reserving. */
type ReserveOutcome = { outcome: "RESERVED" | "STOPPED" } | { outcome: "OUT_OF_STOCK"; missing: string[] };

/**
 * Reserves the stock of all lines of an order, or of none, if the order may go on.
 *
 * @returns `RESERVED`, by this call or an earlier one; `OUT_OF_STOCK`, with the products that are missing; or `STOPPED` if
 * the order may not go on.
 */
export async function reserveStock(db: OrdersTable, { orderId, items }: Order): Promise<ReserveOutcome> {
  const results = await transact(db, [
    {
      Put: {
        ...reservationPut(db, orderId, "RESERVED", items),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    mayGoOn(db, orderId),
    ...items.map(({ productId, quantity }) => addToStock(db, productId, -quantity)),
  ]);
  if (!results) return { outcome: "RESERVED" };
  const [reservation, order, ...products] = results;
  if (reservation?.item) {
    return { outcome: fromItem<Reservation>(reservation.item).status === "RESERVED" ? "RESERVED" : "STOPPED" };
  }
  if (isStopped(order)) return { outcome: "STOPPED" };
  const missing = items.filter((_, index) => products[index]?.failed).map(({ productId }) => productId);
  return { outcome: "OUT_OF_STOCK", missing };
}

/**
 * Releases the stock reserved for an order, if any. Nothing can be reserved for the order afterwards.
 *
 * @returns Whether this call released something.
 */
export async function releaseStock(
  db: OrdersTable,
  { orderId, items }: Order,
  reservation: Reservation | undefined,
): Promise<boolean> {
  if (reservation?.status === "RELEASED" || (!reservation && (await preventReservation(db, orderId)))) return false;
  const results = await transact(db, [
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
    ...items.map(({ productId, quantity }) => addToStock(db, productId, quantity)),
  ]);
  if (!results) return true;
  const [ofReservation] = results;
  if (ofReservation?.failed) return false;
  throw new Error(`A product of the order ${orderId} is gone from the catalogue, so its stock can't be given back.`);
}

/** Leaves a tombstone on which a late reservation fails. @returns False if the stock was reserved in the meantime. */
async function preventReservation(db: OrdersTable, orderId: string): Promise<boolean> {
  const put = { ...reservationPut(db, orderId, "RELEASED", []), ConditionExpression: "attribute_not_exists(pk)" };
  try {
    await db.client.send(new PutItemCommand(put));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function reservationPut({ table }: OrdersTable, orderId: string, status: Reservation["status"], lines: OrderLine[]) {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  return { TableName: table, Item: { ...partKey(orderId, "RESERVATION"), ...toItem({ status, items }) } };
}

/** Never takes stock below zero, and fails for a product that doesn't exist. */
function addToStock({ table }: OrdersTable, productId: string, units: number): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: productKey(productId),
      UpdateExpression: "ADD stock :units",
      ConditionExpression: "stock >= :least",
      ExpressionAttributeValues: toItem({ ":units": units, ":least": Math.max(-units, 0) }),
    },
  };
}
