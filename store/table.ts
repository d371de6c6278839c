import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * The table that a stack keeps its orders in. Every function of `store/` that reads or writes takes one as its first
 * argument.
 *
 * @example
 * const db: OrdersTable = { client: new DynamoDBClient(), table: "orders-dev", shards: 1 };
 * const order = await getOrder(db, orderId);
 */
export interface OrdersTable {
  client: DynamoDBClient;
  /** The table's name. */
  table: string;
  /** How many shards the indexes are split into: the stack's setting `listShards`. */
  shards: number;
}
