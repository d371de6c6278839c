import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { v7 as uuidv7 } from "uuid";
import { fromItem, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/**
 * Finds orders by how their ids begin, in every shard of the index by creation.
 *
 * @param limit - The most ids to return.
 * @returns The newest order's first.
 */
export async function orderIdsBeginning(db: OrdersTable, beginning: string, limit: number): Promise<string[]> {
  const found = await Promise.all(
    Array.from({ length: db.shards }, async (_, shard) => {
      const { Items = [] } = await db.client.send(
        new QueryCommand({
          TableName: db.table,
          IndexName: "byCreation",
          KeyConditionExpression: "orderShard = :shard AND begins_with(orderId, :beginning)",
          ExpressionAttributeValues: toItem({ ":shard": `ORDERS#${shard}`, ":beginning": beginning }),
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Items.map((item) => fromItem<{ orderId: string }>(item).orderId);
    }),
  );
  return found.flat().sort().reverse().slice(0, limit);
}

/** The lowest id that an order placed at the time can have (RFC 9562, version 7). @param time - Milliseconds since 1970. */
export function lowestIdOf(time: number): string {
  return uuidv7({ msecs: time, random: new Uint8Array(16), seq: 0 });
}
