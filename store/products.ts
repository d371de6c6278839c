import { GetItemCommand, paginateQuery, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Description } from "../domain/product.ts";
import type { Counters } from "../domain/stock.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** All products are in one partition, sorted by id; what is long about them is in another, sorted the same. */
export const PARTITION = "PRODUCTS";
const DETAILS = "PRODUCT_DETAILS";

/**
 * A product's item. Orders write it all the time, so it stays below 1 KB, one write unit, unless its name has more than 450
 * bytes: description and image are in an item of their own.
 */
export interface ProductItem {
  pk: typeof PARTITION;
  /** The product's id. */
  sk: string;
  name: string;
  /** Minor units. */
  priceMinor: number;
  /** Absent in products of version 0.1, which are active. */
  active?: boolean;
  /** Units that are available: neither held for an order nor reserved. Negative if more is reserved than there is. */
  stock: number;
  /**
   * Units on the shelf; the difference to `stock` is reserved. Selling and cancelling change only `stock`, so version 0.1's
   * functions, which know no other, agree with new ones.
   */
  onHand?: number;
  /** Whether `onHand` is right: in products of version 0.1 it isn't until their reservations were counted (stock-check.ts). */
  counted?: boolean;
  /** How often either changed, so that a check knows that nothing moved in the meantime. */
  movements?: number;
  /** What the latest orders took, until it is settled (holds.ts). Products of version 0.1 have none. */
  holds?: Set<string>;
  /** Random number of the last change of the description. It is short, since whole pages of products are read. */
  version: number;
}

/** What is long about a product. */
export type Details = Pick<Description, "description" | "image">;

/** A product as it was read. */
export interface StoredProduct {
  productId: string;
  about: Description;
  /** Units that are available; negative if more are reserved than there are. */
  stock: number;
  /** Absent until it was counted. */
  counters?: Counters;
}

/** The key of a product's item. */
export function productKey(productId: string): Item {
  return toItem({ pk: PARTITION, sk: productId });
}

/** The key of a product's details. Products without description and image have none. */
export function detailsKey(productId: string): Item {
  return toItem({ pk: DETAILS, sk: productId });
}

/**
 * Lists one page of products by id.
 *
 * @param limit - The most products to return.
 * @param after - Id of the previous page's last product; empty for the first page.
 * @param activeOnly - Leaves out inactive products.
 * @returns The page, and the id of its last product if there is a next page.
 */
export async function listProducts(
  db: OrdersTable,
  limit: number,
  after: string,
  activeOnly: boolean,
): Promise<{ products: StoredProduct[]; last?: string }> {
  const items: ProductItem[] = [];
  let position: string | undefined = after || " ";
  // One product more than asked for shows whether there is a next page. DynamoDB filters after reading: a page may be short.
  while (position !== undefined && items.length <= limit) {
    const page = await readPage(db, limit + 1, position, activeOnly);
    items.push(...page.items);
    position = page.last;
  }
  const found = items.slice(0, limit);
  const details = await readDetails(db, found);
  const last = found.at(-1)?.sk;
  const products = found.map((item) => toProduct(item, details.get(item.sk)));
  return { products, ...(items.length > limit && last !== undefined && { last }) };
}

async function readPage(
  { client, table }: OrdersTable,
  count: number,
  after: string,
  activeOnly: boolean,
): Promise<{ items: ProductItem[]; last: string | undefined }> {
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk > :after",
    ...(activeOnly && { FilterExpression: "attribute_not_exists(active) OR active = :active" }),
    ExpressionAttributeValues: toItem({ ":pk": PARTITION, ":after": after, ...(activeOnly && { ":active": true }) }),
    ConsistentRead: true,
    Limit: count,
  };
  const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand(query));
  return { items: Items.map((item) => fromItem<ProductItem>(item)), last: LastEvaluatedKey?.sk?.S };
}

/** The details of products that are next to each other, by id. */
async function readDetails({ client, table }: OrdersTable, sorted: ProductItem[]): Promise<Map<string, Details>> {
  const details = new Map<string, Details>();
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  if (!first || !last) return details;
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: toItem({ ":pk": DETAILS, ":first": first.sk, ":last": last.sk }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) {
    for (const item of Items) details.set(item.sk?.S ?? "", fromItem<Details>(item));
  }
  return details;
}

/** Reads a product with strong consistency: first its item, then its details, which are then at least as new. */
export async function readProduct(
  db: OrdersTable,
  productId: string,
): Promise<{ item: ProductItem; product: StoredProduct } | undefined> {
  const item = await readItem(db, productId);
  if (!item) return undefined;
  return { item, product: toProduct(item, await read<Details>(db, detailsKey(productId))) };
}

/** Reads a product's item with strong consistency. */
export function readItem(db: OrdersTable, productId: string): Promise<ProductItem | undefined> {
  return read<ProductItem>(db, productKey(productId));
}

async function read<T>({ client, table }: OrdersTable, Key: Item): Promise<T | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item && fromItem<T>(Item);
}

function toProduct(item: ProductItem, { description, image }: Details = {}): StoredProduct {
  const { sk, name, priceMinor, active = true, stock, onHand, counted } = item;
  const details = { ...(description !== undefined && { description }), ...(image !== undefined && { image }) };
  return {
    productId: sk,
    about: { name, priceMinor, ...details, active },
    stock,
    ...(counted && onHand !== undefined && { counters: { stock, onHand } }),
  };
}
