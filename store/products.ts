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
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { fromItem, type Item, toItem } from "./items.ts";
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
  stock: number;
  /** Which `PUT` of the product was the last: each has a random number of its own, short as pages of products are read. */
  version: number;
}

/** The key of a product's item. */
export function productKey(productId: string): Item {
  return toItem({ pk: PARTITION, sk: productId });
}

/** One page of products by id, and the id to go on after if there are more. */
export async function listProducts(limit: number, after: string): Promise<{ products: Product[]; last?: string }> {
  // One more than asked for tells whether there is a next page.
  const query = {
    TableName: environment("ORDERS_TABLE"),
    KeyConditionExpression: "pk = :pk AND sk > :after",
    ExpressionAttributeValues: toItem({ ":pk": PARTITION, ":after": after || " " }),
    ConsistentRead: true,
    Limit: limit + 1,
  };
  const { Items = [] } = await dynamodb.send(new QueryCommand(query));
  const products = Items.slice(0, limit).map((item) => toProduct(fromItem(item)));
  const last = products.at(-1);
  return { products, ...(Items.length > limit && last && { last: last.productId }) };
}

/**
 * Adds a product or changes it. Attributes that others keep there stay, and so does the stock if none is given.
 *
 * It is written on the condition that nobody has put the product since it was read here: a copy of the request that the
 * network held up would set the stock back to what it was before the orders that came since. Orders don't touch that.
 *
 * @returns The product as it is then, and whether this added it.
 * @throws Problem `validation` if it would be new, and without a stock; Failure `Busy` if others put it again and again.
 */
export async function putProduct(
  productId: string,
  product: PutProduct,
): Promise<{ product: Product; isNew: boolean }> {
  const version = randomInt(2 ** 32);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await getProduct(productId);
    if (!before && product.stock === undefined) throw withoutStock();
    const after = await write(productId, product, version, before?.version);
    if (after) return { product: toProduct(after), isNew: before === undefined };
    await pause(attempt);
  }
  throw new Failure("Busy", `The product ${productId} was changed again and again meanwhile.`);
}

/** A product, as it is after the last write. */
async function getProduct(productId: string): Promise<ProductItem | undefined> {
  const get = { TableName: environment("ORDERS_TABLE"), Key: productKey(productId), ConsistentRead: true };
  const { Item } = await dynamodb.send(new GetItemCommand(get));
  return Item && fromItem<ProductItem>(Item);
}

/** @returns The product then; nothing if the last put of it is not the given one any more. */
async function write(
  productId: string,
  { name, price, stock }: PutProduct,
  version: number,
  last: number | undefined,
): Promise<ProductItem | undefined> {
  const stockToo = stock === undefined ? "" : ", stock = :stock";
  const update = {
    TableName: environment("ORDERS_TABLE"),
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
    const { Attributes = {} } = await dynamodb.send(new UpdateItemCommand(update));
    return fromItem<ProductItem>(Attributes);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const present = error.Item && fromItem<ProductItem>(error.Item);
    // The SDK sent it a second time, as the answer to the first got lost.
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
