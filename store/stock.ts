import { ConditionalCheckFailedException, PutItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import { obstacleOf, type Reservation } from "../domain/fulfilment.ts";
import type { Order } from "../domain/order.ts";
import type { OrderLine } from "../domain/pricing.ts";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { mayGoOn, partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { productKey } from "./products.ts";
import { transact } from "./transactions.ts";

/**
 * Takes all lines of an order from the stock, or none, if the order may go on.
 *
 * @returns Whether this call did it: otherwise it was done before.
 * @throws Failure `OutOfStock`; `Fenced` if they were given back before; `CancelRequested` or `Fenced` if the order may
 * not go on.
 */
export async function reserve({ orderId, items }: Order): Promise<boolean> {
  const refused = await transact([
    {
      Put: {
        ...put(orderId, "RESERVED", items),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    mayGoOn(orderId),
    ...items.map(({ productId, quantity }) => addToStock(productId, -quantity)),
  ]);
  if (!refused) return true;
  const [reservation, order, ...products] = refused;
  if (reservation?.item) {
    if (fromItem<Reservation>(reservation.item).status === "RESERVED") return false;
    throw new Failure("Fenced", `The stock of the order ${orderId} was given back.`);
  }
  const obstacle = order?.item && obstacleOf(fromItem<Order>(order.item));
  if (obstacle) throw obstacle;
  const missing = items.filter((_, index) => products[index]?.refused).map(({ productId }) => productId);
  throw new Failure("OutOfStock", `There is too little stock of ${missing.join(", ")}.`);
}

/**
 * Gives back what was taken from the stock for an order, if anything was. Nothing can be taken for it afterwards.
 *
 * @returns Whether this call gave something back.
 */
export async function release({ orderId, items }: Order, reservation: Reservation | undefined): Promise<boolean> {
  if (reservation?.status === "RELEASED" || (!reservation && (await forbid(orderId)))) return false;
  const refused = await transact([
    {
      Update: {
        TableName: environment("ORDERS_TABLE"),
        Key: partKey(orderId, "RESERVATION"),
        UpdateExpression: "SET #status = :released",
        ConditionExpression: "#status = :reserved",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: toItem({ ":released": "RELEASED", ":reserved": "RESERVED" }),
      },
    },
    ...items.map(({ productId, quantity }) => addToStock(productId, quantity)),
  ]);
  if (!refused) return true;
  const [isReserved] = refused;
  if (isReserved?.refused) return false;
  throw new Error(`A product of the order ${orderId} is gone from the catalogue, so its stock can't be given back.`);
}

/** Leaves a mark on which a late reservation fails. @returns Whether that was all there was to do. */
async function forbid(orderId: string): Promise<boolean> {
  const mark = { ...put(orderId, "RELEASED", []), ConditionExpression: "attribute_not_exists(pk)" };
  try {
    await dynamodb.send(new PutItemCommand(mark));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function put(orderId: string, status: Reservation["status"], lines: OrderLine[]) {
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  return {
    TableName: environment("ORDERS_TABLE"),
    Item: { ...partKey(orderId, "RESERVATION"), ...toItem({ status, items }) },
  };
}

/** Never below zero, and never for a product that is not there. */
function addToStock(productId: string, units: number): TransactWriteItem {
  return {
    Update: {
      TableName: environment("ORDERS_TABLE"),
      Key: productKey(productId),
      UpdateExpression: "ADD stock :units",
      ConditionExpression: "stock >= :least",
      ExpressionAttributeValues: toItem({ ":units": units, ":least": Math.max(-units, 0) }),
    },
  };
}
