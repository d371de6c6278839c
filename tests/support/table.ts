import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { OrderEvent } from "../../domain/events.ts";
import type { Reservation } from "../../domain/fulfilment.ts";
import type { Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import type { OpenStack } from "../../stacks/stack.ts";
import { retryingConflicts } from "../../store/client.ts";
import { fromItem, toItem } from "../../store/items.ts";
import type { ProductItem } from "../../store/products.ts";

/** An item as the table stores it. */
export type StoredItem = { pk: string; sk: string } & Record<string, unknown>;

/** Everything that the table stores about an order. */
export interface OrderRecords {
  order: Order & { openShard?: string };
  reservation: Reservation | undefined;
  payment: PaymentRecord | undefined;
  events: OrderEvent[];
  /** The simulated payment provider's ledger. */
  charge: { status?: string; tries: number; charges: number; refunds: number; refundedMinor?: number };
}

/** Reads and changes an orders table directly. */
export class TestTable {
  protected readonly client: DynamoDBClient;
  protected name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** The table of a deployed stack. */
  static of({ awsClient, outputs }: OpenStack): TestTable {
    return new TestTable(retryingConflicts(new DynamoDBClient(awsClient)), outputs.ordersTable ?? "");
  }

  async records(orderId: string): Promise<OrderRecords> {
    const partitions = await Promise.all([`ORDER#${orderId}`, `GATEWAY#${orderId}`].map((pk) => this.partition(pk)));
    return recordsOf(orderId, partitions.flat());
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
    return (await this.product(productId)).stock;
  }

  /** What orders hold of a product and is not settled yet. */
  async holdsOf(productId: string): Promise<string[]> {
    return [...((await this.product(productId)).holds ?? [])];
  }

  /** Takes away a product's stock, as other orders would. */
  async sellOut(productId: string): Promise<void> {
    await this.setStock(productId, 0);
  }

  /** Sets a product's available units alone, as version 0.1's API did. */
  async setStock(productId: string, units: number): Promise<void> {
    const update = {
      TableName: this.name,
      Key: toItem({ pk: "PRODUCTS", sk: productId }),
      UpdateExpression: "SET stock = :units",
      ExpressionAttributeValues: toItem({ ":units": units }),
    };
    await this.client.send(new UpdateItemCommand(update));
  }

  /** The number of orders that still need work. */
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

  /** Makes an order older than its deadline. */
  async expire(orderId: string): Promise<void> {
    const update = {
      TableName: this.name,
      Key: toItem({ pk: `ORDER#${orderId}`, sk: "ORDER" }),
      UpdateExpression: "SET createdAt = :longAgo",
      ExpressionAttributeValues: toItem({ ":longAgo": new Date(Date.now() - 25 * 3_600_000).toISOString() }),
    };
    await this.client.send(new UpdateItemCommand(update));
  }

  /** All items. */
  async items(): Promise<StoredItem[]> {
    const items: StoredItem[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.client }, { TableName: this.name })) {
      items.push(...Items.map((item) => fromItem<StoredItem>(item)));
    }
    return items;
  }

  private async product(productId: string): Promise<Pick<ProductItem, "stock" | "holds">> {
    const get = { TableName: this.name, Key: toItem({ pk: "PRODUCTS", sk: productId }), ConsistentRead: true };
    const { Item = {} } = await this.client.send(new GetItemCommand(get));
    return fromItem(Item);
  }

  async delete({ pk, sk }: StoredItem): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.name, Key: toItem({ pk, sk }) }));
  }

  async put(item: StoredItem): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.name, Item: toItem(item) }));
  }
}

/** Picks an order's records from items of the table. */
export function recordsOf(orderId: string, items: StoredItem[]): OrderRecords {
  const own = items.filter(({ pk }) => pk === `ORDER#${orderId}`);
  const part = <T>(name: string) => own.find(({ sk }) => sk === name) as T | undefined;
  const isCharge = ({ pk, sk }: StoredItem) => pk === `GATEWAY#${orderId}` && sk === "CHARGE";
  const charge = items.find(isCharge) as OrderRecords["charge"] | undefined;
  return {
    order: part<OrderRecords["order"]>("ORDER") as OrderRecords["order"],
    reservation: part("RESERVATION"),
    payment: part("PAYMENT"),
    events: own.filter(({ sk }) => sk.startsWith("EVENT#")).map(({ event }) => event as OrderEvent),
    charge: charge ?? { tries: 0, charges: 0, refunds: 0 },
  };
}
