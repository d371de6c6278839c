import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "../../../store/items.ts";
import {
  type Index,
  type Item,
  type PartitionWrite,
  readUnits,
  storedBytes,
  writesOf,
} from "../../../tools/cost/capacity.ts";
import type { TestStack } from "../../support/stack.ts";
import type { TestTable } from "../../support/table.ts";

/** The item that a write, or a part of a transaction, refers to. */
interface Write {
  Key?: Item;
  Item?: Item;
}

/** The DynamoDB capacity that an operation consumes. */
export interface Consumption {
  readUnits: number;
  writes: PartitionWrite[];
}

/**
 * Computes what DynamoDB would bill for operations from the items themselves: the emulator's own figures ignore the size
 * of items that are read, and the condition checks of transactions.
 */
export class CapacityMeter {
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly indexes: Index[];

  private constructor(client: DynamoDBClient, table: string, indexes: Index[]) {
    this.client = client;
    this.table = table;
    this.indexes = indexes;
  }

  static async open({ awsClient, outputs }: TestStack): Promise<CapacityMeter> {
    const client = new DynamoDBClient(awsClient);
    const TableName = outputs.ordersTable ?? "";
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(
      ({ IndexName: name = "", KeySchema = [], Projection }) => ({
        name,
        key: KeySchema.map(({ AttributeName = "" }) => AttributeName),
        projection: Projection?.ProjectionType as Index["projection"],
      }),
    );
    return new CapacityMeter(client, TableName, indexes);
  }

  /** Runs an operation and measures its consumption, which is zero for other services. */
  async measure<Response extends { status: number; body: string }>(
    operation: string,
    body: string,
    send: () => Promise<Response>,
  ): Promise<{ response: Response } & Consumption> {
    if (!operation.startsWith("dynamodb:")) return { response: await send(), readUnits: 0, writes: [] };
    const request = JSON.parse(body);
    const isTransactional = request.TransactItems !== undefined;
    const items: Write[] = isTransactional
      ? request.TransactItems.flatMap((item: Record<string, Write>) => Object.values(item))
      : [request];
    const keys = items.map(({ Key, Item }) => Key ?? Item).filter((key) => key !== undefined);
    if (keys.length === 0 || operation === "dynamodb:GetItem") {
      const response = await send();
      return { response, readUnits: read(request, JSON.parse(response.body)), writes: [] };
    }
    const before = await this.items(keys);
    const response = await send();
    const after = await this.items(keys);
    const writes = keys.flatMap((key, index) =>
      writesOf(key, before[index], after[index], this.indexes, isTransactional),
    );
    return { response, readUnits: 0, writes };
  }

  /** Billed storage of a partition, in bytes. */
  async storedBytes(pk: string, table: TestTable): Promise<number> {
    const items = await table.partition(pk);
    return items.reduce((sum, item) => sum + storedBytes(toItem(item) as unknown as Item, this.indexes), 0);
  }

  private items(keys: Item[]): Promise<(Item | undefined)[]> {
    return Promise.all(
      keys.map(async ({ pk, sk }) => {
        const Key = { pk, sk } as unknown as Record<string, { S: string }>;
        const get = new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true });
        return (await this.client.send(get)).Item as Item | undefined;
      }),
    );
  }
}

interface ReadRequest {
  ConsistentRead?: boolean;
  RequestItems?: Record<string, { Keys: unknown[]; ConsistentRead?: boolean }>;
}

interface ReadResponse {
  Item?: Item;
  Items?: Item[];
  Responses?: Record<string, Item[]>;
}

/** The read units of an operation. In a batch, each item is billed separately, even if it doesn't exist. */
function read({ ConsistentRead = false, RequestItems }: ReadRequest, { Item, Items, Responses }: ReadResponse): number {
  if (!RequestItems) return readUnits(Items ?? (Item ? [Item] : []), ConsistentRead);
  return Object.entries(RequestItems).reduce((sum, [table, { Keys, ConsistentRead: isConsistent = false }]) => {
    const found = Responses?.[table] ?? [];
    const each = Keys.map((_, index) => readUnits(found.slice(index, index + 1), isConsistent));
    return each.reduce((total, some) => total + some, sum);
  }, 0);
}
