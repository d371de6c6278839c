import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { fromItem, toItem } from "../../store/items.ts";
import { type OrderStory, storyOf } from "./fulfilment.ts";
import type { TestStack } from "./stack.ts";
import type { StoredItem } from "./table.ts";

/** Looks into the table of a deployed stack. */
export class DeployedTable {
  private readonly client: DynamoDBClient;
  private readonly name: string;

  constructor({ awsClient, outputs }: TestStack) {
    this.client = new DynamoDBClient(awsClient);
    this.name = outputs.ordersTable ?? "";
  }

  /** All that there is of an order. @throws Error where there is none. */
  async story(orderId: string): Promise<OrderStory> {
    const partitions = await Promise.all([`ORDER#${orderId}`, `GATEWAY#${orderId}`].map((pk) => this.partition(pk)));
    return storyOf(orderId, partitions.flat());
  }

  async partition(pk: string): Promise<StoredItem[]> {
    const query = {
      TableName: this.name,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: toItem({ ":pk": pk }),
      ConsistentRead: true,
    };
    const { Items = [] } = await this.client.send(new QueryCommand(query));
    return Items.map((item) => fromItem<StoredItem>(item));
  }

  async stockOf(productId: string): Promise<number> {
    const get = { TableName: this.name, Key: toItem({ pk: "PRODUCTS", sk: productId }), ConsistentRead: true };
    const { Item = {} } = await this.client.send(new GetItemCommand(get));
    return fromItem<{ stock: number }>(Item).stock;
  }

  /** How many orders still need work. */
  async openOrders(): Promise<number> {
    const query = {
      TableName: this.name,
      IndexName: "byOpen",
      Select: "COUNT" as const,
      KeyConditionExpression: "openShard = :shard",
      ExpressionAttributeValues: toItem({ ":shard": "OPEN#0" }),
    };
    return (await this.client.send(new QueryCommand(query))).Count ?? 0;
  }

  /** All items. */
  async items(): Promise<StoredItem[]> {
    const items: StoredItem[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.client }, { TableName: this.name })) {
      items.push(...Items.map((item) => fromItem<StoredItem>(item)));
    }
    return items;
  }

  async delete({ pk, sk }: StoredItem): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.name, Key: toItem({ pk, sk }) }));
  }

  async put(item: StoredItem): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.name, Item: toItem(item) }));
  }
}
