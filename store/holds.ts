import { randomBytes } from "node:crypto";
import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Reservation } from "../domain/fulfilment.ts";
import type { OrderLine } from "../domain/pricing.ts";
import { batchGet } from "./batch-get.ts";
import { partKey } from "./fulfilment.ts";
import { fromItem, toItem } from "./items.ts";
import { type ProductItem, productKey } from "./products.ts";
import { sendOnce } from "./send-once.ts";
import type { OrdersTable } from "./table.ts";

/**
 * Units that were taken from a product's stock for an order: `<orderId>/<random>/<units>`, in the set `holds` of the
 * product's item. The update that takes the units adds it, so there is never one without the other.
 */
export type Hold = string;

/**
 * Holds are settled once a product has this many: few enough that its item stays below 1 KB, one write unit, with a name of up
 * to 450 bytes.
 */
export const SETTLE_EVERY = 8;

/** The units of a line, held. */
export interface HeldLine {
  productId: string;
  hold: Hold;
  /** All holds of the product at that time. */
  holds: Hold[];
}

/**
 * Takes a line's units from the stock, in a single update: DynamoDB carries out those of one product one after the other,
 * while transactions would cancel each other. If too few are left, it uses units that an earlier attempt for the order took.
 *
 * @returns Undefined if too little is left, or there is no such product.
 */
export async function holdUnits(
  db: OrdersTable,
  orderId: string,
  { productId, quantity }: OrderLine,
): Promise<HeldLine | undefined> {
  for (;;) {
    const hold: Hold = `${orderId}/${randomBytes(3).toString("hex")}/${quantity}`;
    const { taken, holds } = await take(db, productId, hold, quantity);
    if (taken) return { productId, hold, holds };
    const own = holds.find((other) => orderIdOf(other) === orderId);
    if (own !== undefined) return { productId, hold: own, holds };
    if (!(await settle(db, productId, holds))) return undefined;
  }
}

/**
 * Removes the holds whose orders have a reservation, and gives back the units of those that it doesn't name: left by an
 * attempt that crashed, or that came too late. Others are still to be decided, and stay.
 *
 * @returns Whether there were any to give back.
 */
export async function settle(db: OrdersTable, productId: string, holds: Hold[]): Promise<boolean> {
  const { named, lost } = await decided(db, holds);
  if (named.length > 0) await remove(db, productId, named);
  await Promise.all(lost.map((hold) => giveBack(db, productId, hold)));
  return lost.length > 0;
}

/** The units of a product that {@link settle} would give back. */
export async function unitsToGiveBack(db: OrdersTable, holds: Hold[]): Promise<number> {
  const { lost } = await decided(db, holds);
  return lost.reduce((sum, hold) => sum + unitsOf(hold), 0);
}

/** The order that a hold is for. */
export function orderIdOf(hold: Hold): string {
  return hold.slice(0, hold.indexOf("/"));
}

/** The units that a hold took. */
export function unitsOf(hold: Hold): number {
  return Number(hold.slice(hold.lastIndexOf("/") + 1));
}

/** @returns Whether the units were taken, and the product's holds. */
async function take(
  { client, table }: OrdersTable,
  productId: string,
  hold: Hold,
  units: number,
): Promise<{ taken: boolean; holds: Hold[] }> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: productKey(productId),
    UpdateExpression: "ADD stock :taken, movements :move, holds :hold",
    ConditionExpression: "stock >= :units AND NOT contains(holds, :one)",
    ExpressionAttributeValues: toItem({
      ":taken": -units,
      ":move": 1,
      ":units": units,
      ":hold": new Set([hold]),
      ":one": hold,
    }),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  // Sent again after the hold was settled, it would take the units a second time.
  sendOnce(update);
  try {
    const { Attributes = {} } = await client.send(update);
    return { taken: true, holds: holdsOf(fromItem<ProductItem>(Attributes)) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { taken: false, holds: error.Item ? holdsOf(fromItem<ProductItem>(error.Item)) : [] };
  }
}

/** A product's holds. */
export function holdsOf({ holds = new Set() }: Pick<ProductItem, "holds">): Hold[] {
  return [...holds];
}

/** The holds that are part of their order's reservation, and those that never will be. */
async function decided(db: OrdersTable, holds: Hold[]): Promise<{ named: Hold[]; lost: Hold[] }> {
  const reservations = await readReservations(db, [...new Set(holds.map(orderIdOf))]);
  const reserved = holds.filter((hold) => reservations.has(orderIdOf(hold)));
  const isNamed = (hold: Hold) => reservations.get(orderIdOf(hold))?.holds?.includes(hold) ?? false;
  return { named: reserved.filter(isNamed), lost: reserved.filter((hold) => !isNamed(hold)) };
}

/** Reads the reservations of orders, by the orders' ids. */
export async function readReservations(db: OrdersTable, orderIds: string[]): Promise<Map<string, Reservation>> {
  const keys = orderIds.map((orderId) => partKey(orderId, "RESERVATION"));
  const entries = (await batchGet(db, keys)).map((item) => {
    const { pk, ...reservation } = fromItem<Reservation & { pk: string }>(item);
    return [pk.slice("ORDER#".length), reservation] as const;
  });
  return new Map(entries);
}

async function remove({ client, table }: OrdersTable, productId: string, holds: Hold[]): Promise<void> {
  const update = {
    TableName: table,
    Key: productKey(productId),
    UpdateExpression: "DELETE holds :holds",
    ExpressionAttributeValues: toItem({ ":holds": new Set(holds) }),
  };
  await client.send(new UpdateItemCommand(update));
}

/** Gives the units back unless that was done before. */
async function giveBack({ client, table }: OrdersTable, productId: string, hold: Hold): Promise<void> {
  const update = {
    TableName: table,
    Key: productKey(productId),
    UpdateExpression: "ADD stock :units, movements :move DELETE holds :hold",
    ConditionExpression: "contains(holds, :one)",
    ExpressionAttributeValues: toItem({
      ":units": unitsOf(hold),
      ":move": 1,
      ":hold": new Set([hold]),
      ":one": hold,
    }),
  };
  try {
    await client.send(new UpdateItemCommand(update));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
