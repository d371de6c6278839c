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
import type { DeployedTable } from "../../support/deployed-table.ts";
import type { TestStack } from "../../support/stack.ts";

/** What an item of a transaction, or a write by itself, names its item by. */
interface Write {
  Key?: Item;
  Item?: Item;
}

/** What an operation takes of DynamoDB. */
export interface Taken {
  readUnits: number;
  writes: PartitionWrite[];
}

/**
 * Measures what DynamoDB would bill for operations, by the items that are there: the emulator's own figures leave out
 * the sizes of what is read, and what transactions check.
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

  /** Carries out an operation, and says what it takes; of other services, nothing. */
  async measure<Answer extends { status: number; body: string }>(
    operation: string,
    body: string,
    send: () => Promise<Answer>,
  ): Promise<{ answer: Answer } & Taken> {
    if (!operation.startsWith("dynamodb:")) return { answer: await send(), readUnits: 0, writes: [] };
    const request = JSON.parse(body);
    const isTransactional = request.TransactItems !== undefined;
    const items: Write[] = isTransactional
      ? request.TransactItems.flatMap((item: Record<string, Write>) => Object.values(item))
      : [request];
    const keys = items.map(({ Key, Item }) => Key ?? Item).filter((key) => key !== undefined);
    if (keys.length === 0 || operation === "dynamodb:GetItem") {
      const answer = await send();
      return { answer, readUnits: read(request, JSON.parse(answer.body)), writes: [] };
    }
    const before = await this.items(keys);
    const answer = await send();
    const after = await this.items(keys);
    const writes = keys.flatMap((key, index) =>
      writesOf(key, before[index], after[index], this.indexes, isTransactional),
    );
    return { answer, readUnits: 0, writes };
  }

  /** Bytes billed for keeping all items of a partition. */
  async storedBytes(pk: string, table: DeployedTable): Promise<number> {
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

interface ReadAnswer {
  Item?: Item;
  Items?: Item[];
  Responses?: Record<string, Item[]>;
}

/** Of a batch, each item counts by itself, and each that isn't there too. */
function read({ ConsistentRead = false, RequestItems }: ReadRequest, { Item, Items, Responses }: ReadAnswer): number {
  if (!RequestItems) return readUnits(Items ?? (Item ? [Item] : []), ConsistentRead);
  return Object.entries(RequestItems).reduce((sum, [table, { Keys, ConsistentRead: isConsistent = false }]) => {
    const found = Responses?.[table] ?? [];
    const each = Keys.map((_, index) => readUnits(found.slice(index, index + 1), isConsistent));
    return each.reduce((total, some) => total + some, sum);
  }, 0);
}
