import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { type Item, toItem } from "../../store/items.ts";

/** What is copied from where to where. */
export interface Restoration {
  client: DynamoDBClient;
  /** Name of a table that was restored from a backup. */
  from: string;
  /** Name of the stack's table. */
  to: string;
  /** Whether to copy, or only to look. */
  isMeant: boolean;
}

/** What a restoration found, and copied if it was meant. */
export interface Restored {
  /** Items of the restored table, but for what has expired. */
  items: number;
  /** Those that the stack's table lacks, or lacked. */
  missing: number;
  /** Ids of the orders among them. */
  orders: string[];
  /** Ids of those orders that still needed work at the time of the backup. */
  open: string[];
}

/**
 * What is copied before what. An order comes after all that belongs to it: as soon as it is there, its fulfilment may go
 * on, which must find what was reserved, paid and mailed before.
 */
const PASSES = ["sk <> :order", "sk = :order"];

/** As many as DynamoDB gives in one batch. */
const PAGE_SIZE = 100;

/**
 * Copies the items that the stack's table lacks from a restored one. What is there stays as it is, so this can be done
 * while orders come in, and again after it was broken off.
 *
 * Each copy gets the attribute `restoredAt`. By that, `publish-events` knows an event that the world has heard of.
 */
export async function restore({ client, from, to, isMeant }: Restoration): Promise<Restored> {
  const restored: Restored = { items: 0, missing: 0, orders: [], open: [] };
  const now = new Date();
  const mark = toItem({ restoredAt: now.toISOString() });
  for (const pass of PASSES) {
    const scan = {
      TableName: from,
      FilterExpression: `${pass} AND (attribute_not_exists(expiresAt) OR expiresAt > :now)`,
      ExpressionAttributeValues: toItem({ ":order": "ORDER", ":now": Math.floor(now.getTime() / 1_000) }),
    };
    for await (const { Items = [] } of paginateScan({ client, pageSize: PAGE_SIZE }, scan)) {
      const missing = await missingOf(Items);
      if (isMeant) await Promise.all(missing.map((item) => copy({ ...item, ...mark })));
      const orders = missing.filter(({ sk }) => sk?.S === "ORDER");
      restored.items += Items.length;
      restored.missing += missing.length;
      restored.orders.push(...idsOf(orders));
      restored.open.push(...idsOf(orders.filter(({ openShard }) => openShard)));
    }
  }
  return restored;

  /** Those that the stack's table lacks. To look first costs a fraction of writes that are refused. */
  async function missingOf(items: Item[]): Promise<Item[]> {
    if (items.length === 0) return [];
    const Keys = items.map(({ pk, sk }) => ({ pk, sk }) as Item);
    const request = { RequestItems: { [to]: { Keys, ProjectionExpression: "pk, sk" } } };
    const { Responses } = await client.send(new BatchGetItemCommand(request));
    const there = new Set(Responses?.[to]?.map(nameOf));
    // What DynamoDB left unread counts as missing: it is written only if it is.
    return items.filter((item) => !there.has(nameOf(item)));
  }

  async function copy(Item: Item): Promise<void> {
    try {
      await client.send(new PutItemCommand({ TableName: to, Item, ConditionExpression: "attribute_not_exists(pk)" }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function nameOf({ pk, sk }: Item): string {
  return `${pk?.S} ${sk?.S}`;
}

function idsOf(orders: Item[]): string[] {
  return orders.map(({ orderId }) => orderId?.S ?? "");
}
