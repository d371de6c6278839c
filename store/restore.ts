import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** What a restoration found, and copied unless it was a dry run. */
export interface Restored {
  /** Items in the restored table, not counting expired ones. */
  items: number;
  /** Those missing from the stack's table. */
  missing: number;
  /** Ids of the orders among the missing. */
  orders: string[];
  /** Ids of those orders that still needed work at the time of the backup. */
  open: string[];
}

/**
 * Filters of the two passes. An order is copied after everything that belongs to it: as soon as the order is there, its
 * fulfilment may continue, and has to find what was reserved, paid and sent before.
 */
const PASSES = ["sk <> :order", "sk = :order"];

/** The most items that DynamoDB reads in one batch. */
const PAGE_SIZE = 100;

/**
 * Copies the items that a table lacks from a table restored from a backup. Existing items stay as they are, so this can
 * run while orders come in, and again after an interruption.
 *
 * Copies are marked with the attribute `restoredAt`, so that `publish-events` doesn't publish their events again.
 *
 * @param from - Name of the restored table, which `db.client` must be able to read.
 * @param isDryRun - Only look; copy nothing.
 */
export async function restore(
  { client, table }: OrdersTable,
  { from, isDryRun }: { from: string; isDryRun: boolean },
): Promise<Restored> {
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
      if (!isDryRun) await Promise.all(missing.map((item) => copy({ ...item, ...mark })));
      const orders = missing.filter(({ sk }) => sk?.S === "ORDER");
      restored.items += Items.length;
      restored.missing += missing.length;
      restored.orders.push(...idsOf(orders));
      restored.open.push(...idsOf(orders.filter(({ openShard }) => openShard)));
    }
  }
  return restored;

  /** The items that the table lacks. Reading first costs a fraction of writes that are refused. */
  async function missingOf(items: Item[]): Promise<Item[]> {
    if (items.length === 0) return [];
    const Keys = items.map(({ pk, sk }) => ({ pk, sk }) as Item);
    const request = { RequestItems: { [table]: { Keys, ProjectionExpression: "pk, sk" } } };
    const { Responses } = await client.send(new BatchGetItemCommand(request));
    const existing = new Set(Responses?.[table]?.map(nameOf));
    // Items that DynamoDB left unread count as missing: the copy's condition protects them.
    return items.filter((item) => !existing.has(nameOf(item)));
  }

  async function copy(Item: Item): Promise<void> {
    try {
      await client.send(
        new PutItemCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
      );
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
