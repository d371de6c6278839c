import { ConditionalCheckFailedException, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamodb, fromItem, type Item, toItem } from "./dynamodb.ts";
import { environment } from "./environment.ts";
import { orderKey, shards } from "./order-store.ts";

/** Orders that one page of the index has at most: they are read all at once. */
const PAGE_SIZE = 25;

/**
 * The ids of the orders that still need work and are older than the given id, the oldest first, page by page. The index
 * is a moment late on AWS, so some of them may be done with.
 */
export async function* openOrders(before: string): AsyncGenerator<string[]> {
  for (const shard of shards()) {
    let start: Item | undefined;
    do {
      const query = {
        TableName: environment("ORDERS_TABLE"),
        IndexName: "byOpen",
        KeyConditionExpression: "openShard = :shard AND orderId < :before",
        ExpressionAttributeValues: toItem({ ":shard": `OPEN#${shard}`, ":before": before }),
        Limit: PAGE_SIZE,
        ...(start && { ExclusiveStartKey: start }),
      };
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(new QueryCommand(query));
      yield Items.map((item) => fromItem<{ orderId: string }>(item).orderId);
      start = LastEvaluatedKey;
    } while (start);
  }
}

/** Remembers that an order's workflow was started anew for the nth time, unless another sweep has done so. */
export async function recordRedrive(orderId: string, redrives: number, at: string): Promise<void> {
  const update = {
    TableName: environment("ORDERS_TABLE"),
    Key: toItem(orderKey(orderId)),
    UpdateExpression: "SET redrives = :redrives, redrivenAt = :at",
    ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(redrives) OR redrives < :redrives)",
    ExpressionAttributeValues: toItem({ ":redrives": redrives, ":at": at }),
  };
  try {
    await dynamodb.send(new UpdateItemCommand(update));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
