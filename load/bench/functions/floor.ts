import { randomUUID } from "node:crypto";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient();

/** The minimal function that stores something: it writes one item and logs one line. */
export async function handler({ body }: { body: string | null }) {
  const id = randomUUID();
  const item = { pk: { S: id }, body: { S: body ?? "" } };
  await dynamodb.send(new PutItemCommand({ TableName: process.env.FLOOR_TABLE, Item: item }));
  console.log(JSON.stringify({ message: "written", id }));
  return { statusCode: 201, body: JSON.stringify({ id }) };
}
