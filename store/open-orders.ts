import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { v7 as uuidv7 } from "uuid";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import { orderKey, shards } from "./orders.ts";

/** Orders that one page of the index has at most: they are read all at once. */
const PAGE_SIZE = 25;

/** A table of orders, for those who are not one of its functions. */
export interface OrdersTable {
  client: DynamoDBClient;
  name: string;
  /** The shards of its indexes. */
  shards: number[];
}

function ownTable(): OrdersTable {
  return { client: dynamodb, name: environment("ORDERS_TABLE"), shards: shards() };
}

/**
 * The ids of the orders that still need work and were placed before the time, the oldest first, page by page. The index
 * is a moment late on AWS, so some of them may be done with.
 *
 * @param time - Milliseconds since 1970.
 */
export async function* openOrders(time: number, table = ownTable()): AsyncGenerator<string[]> {
  const before = lowestIdOf(time);
  for (const shard of table.shards) {
    let start: Item | undefined;
    do {
      const query = {
        TableName: table.name,
        IndexName: "byOpen",
        KeyConditionExpression: "openShard = :shard AND orderId < :before",
        ExpressionAttributeValues: toItem({ ":shard": `OPEN#${shard}`, ":before": before }),
        Limit: PAGE_SIZE,
        ...(start && { ExclusiveStartKey: start }),
      };
      const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
      yield Items.map((item) => fromItem<{ orderId: string }>(item).orderId);
      start = LastEvaluatedKey;
    } while (start);
  }
}

/** Remembers that an order's workflow was started anew for the nth time, unless another sweep has done so. */
export async function recordRedrive(orderId: string, redrives: number, at: string, table = ownTable()): Promise<void> {
  const update = {
    TableName: table.name,
    Key: toItem(orderKey(orderId)),
    UpdateExpression: "SET redrives = :redrives, redrivenAt = :at",
    ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(redrives) OR redrives < :redrives)",
    ExpressionAttributeValues: toItem({ ":redrives": redrives, ":at": at }),
  };
  try {
    await table.client.send(new UpdateItemCommand(update));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The lowest id that an order placed at the time can have (RFC 9562, version 7). Lower ones were placed before. */
function lowestIdOf(time: number): string {
  return uuidv7({ msecs: time, random: new Uint8Array(16), seq: 0 });
}
