import { randomInt } from "node:crypto";
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Product } from "../domain/contract/responses.ts";
import type { PutProduct } from "../domain/contract/schemas.ts";
import { Failure } from "../domain/failure.ts";
import { fromMinor, toMinor } from "../domain/money.ts";
import { Problem } from "../domain/problem.ts";
import { fromItem, type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";
import { MAX_ATTEMPTS, pause } from "./transactions.ts";

/** All products are in one partition, sorted by id. */
const PARTITION = "PRODUCTS";

/** A product as it is stored. */
export interface ProductItem {
  pk: typeof PARTITION;
  /** The product's id. */
  sk: string;
  name: string;
  /** Cents. */
  priceMinor: number;
  /** Units that are available: neither held for an order nor reserved. */
  stock: number;
  /** What the latest orders took, until it is settled (holds.ts). Products of version 0.1 have none. */
  holds?: Set<string>;
  /** Random number of the last `PUT`. It is short, since whole pages of products are read. */
  version: number;
}

/** The key of a product's item. */
export function productKey(productId: string): Item {
  return toItem({ pk: PARTITION, sk: productId });
}

/**
 * Lists one page of products by id.
 *
 * @param limit - The most products to return.
 * @param after - Id of the previous page's last product; empty for the first page.
 * @returns The page, and the id of its last product if there is a next page.
 */
export async function listProducts(
  { client, table }: OrdersTable,
  limit: number,
  after: string,
): Promise<{ products: Product[]; last?: string }> {
  // One product more than asked for shows whether there is a next page.
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk > :after",
    ExpressionAttributeValues: toItem({ ":pk": PARTITION, ":after": after || " " }),
    ConsistentRead: true,
    Limit: limit + 1,
  };
  const { Items = [] } = await client.send(new QueryCommand(query));
  const products = Items.slice(0, limit).map((item) => toProduct(fromItem(item)));
  const last = products.at(-1);
  return { products, ...(Items.length > limit && last && { last: last.productId }) };
}

/**
 * Adds or changes a product. Its other attributes stay as they are, and so does the stock if none is given.
 *
 * The write is conditional on no other `PUT` since the product was read here: otherwise a copy of the request that was
 * held up in the network would reset the stock to what it was before later orders. Orders don't change the version.
 *
 * @returns The product as it is now, and whether it is new.
 * @throws Problem `validation` if the product is new and has no stock; Failure `Busy` if others keep changing it.
 */
export async function putProduct(
  db: OrdersTable,
  productId: string,
  product: PutProduct,
): Promise<{ product: Product; isNew: boolean }> {
  const version = randomInt(2 ** 32);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await getProduct(db, productId);
    if (!before && product.stock === undefined) throw withoutStock();
    const after = await write(db, productId, product, version, before?.version);
    if (after) return { product: toProduct(after), isNew: before === undefined };
    await pause(attempt);
  }
  throw new Failure("Busy", `The product ${productId} was changed again and again meanwhile.`);
}

async function getProduct({ client, table }: OrdersTable, productId: string): Promise<ProductItem | undefined> {
  const get = { TableName: table, Key: productKey(productId), ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(get));
  return Item && fromItem<ProductItem>(Item);
}

/**
 * @param last - Version that the product must still have; undefined if it must not exist.
 * @returns The product as it is now; undefined if its version is another one.
 */
async function write(
  { client, table }: OrdersTable,
  productId: string,
  { name, price, stock }: PutProduct,
  version: number,
  last: number | undefined,
): Promise<ProductItem | undefined> {
  const stockToo = stock === undefined ? "" : ", stock = :stock";
  const update = {
    TableName: table,
    Key: productKey(productId),
    UpdateExpression: `SET #name = :name, priceMinor = :price, version = :version${stockToo}`,
    ConditionExpression: last === undefined ? "attribute_not_exists(pk)" : "version = :last",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: toItem({
      ":name": name,
      ":price": toMinor(price),
      ":stock": stock,
      ":version": version,
      ":last": last,
    }),
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes = {} } = await client.send(new UpdateItemCommand(update));
    return fromItem<ProductItem>(Attributes);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const present = error.Item && fromItem<ProductItem>(error.Item);
    // It may be our own: the SDK sends the update again when the first response is lost.
    return present?.version === version ? present : undefined;
  }
}

function withoutStock(): Problem {
  const detail = "A new product needs a stock. It may be omitted only when the product exists.";
  return new Problem("validation", detail, { errors: [{ pointer: "/stock", detail }] });
}

function toProduct({ sk, name, priceMinor, stock }: ProductItem): Product {
  return { productId: sk, name, price: fromMinor(priceMinor), stock };
}
