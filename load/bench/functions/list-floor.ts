import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient();

/** The minimal function that lists 20 orders: it returns what one query finds and logs one line. */
export async function handler() {
  const query = {
    TableName: process.env.ORDERS_TABLE,
    IndexName: "byCreation",
    KeyConditionExpression: "orderShard = :shard",
    ExpressionAttributeValues: { ":shard": { S: "ORDERS#0" } },
    ScanIndexForward: false,
    Limit: 20,
  };
  const { Items = [] } = await dynamodb.send(new QueryCommand(query));
  console.log(JSON.stringify({ message: "listed", count: Items.length }));
  return { statusCode: 200, body: JSON.stringify({ orders: Items }) };
}
