import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient();

export async function handler() {
  await dynamodb.send(new GetItemCommand({ TableName: "orders", Key: { pk: { S: "ORDER#1" } } }));
}
