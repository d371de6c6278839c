import { QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Product } from "../../orders/answers.ts";
import { fromMinor, toMinor } from "../../orders/money.ts";
import type { PutProduct } from "../../orders/schemas.ts";
import { dynamodb, fromItem, type Item, toItem } from "./dynamodb.ts";
import { environment } from "./environment.ts";

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
  /** Raised with every change. */
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

/** Adds a product or changes it, and says which of the two it did. Attributes that others keep there stay. */
export async function putProduct(productId: string, product: PutProduct): Promise<{ isNew: boolean }> {
  const update = {
    TableName: environment("ORDERS_TABLE"),
    Key: productKey(productId),
    UpdateExpression: "SET #name = :name, priceMinor = :price, stock = :stock ADD version :one",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: toItem({
      ":name": product.name,
      ":price": toMinor(product.price),
      ":stock": product.stock,
      ":one": 1,
    }),
    ReturnValues: "ALL_OLD" as const,
  };
  const { Attributes } = await dynamodb.send(new UpdateItemCommand(update));
  return { isNew: Attributes === undefined };
}

function toProduct({ sk, name, priceMinor, stock }: ProductItem): Product {
  return { productId: sk, name, price: fromMinor(priceMinor), stock };
}
