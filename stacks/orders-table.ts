import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { OrdersTable } from "../store/table.ts";
import type { Stack } from "./stack.ts";

/** The table of a stack's orders, for the functions of `store/`. */
export function ordersTable({ awsClient, output }: Stack): OrdersTable {
  return {
    client: new DynamoDBClient(awsClient),
    table: output("ordersTable"),
    // Read on use: stacks of version 0.1 don't have it.
    get shards() {
      return Number(output("listShards"));
    },
  };
}
