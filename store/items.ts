import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/** An item as DynamoDB carries it. */
export type Item = Record<string, AttributeValue>;

/** Turns an object into an item. Fields that are undefined are left out. */
export function toItem(value: object): Item {
  return marshall(value, { removeUndefinedValues: true });
}

/** Reads an item as what was written there. Only these functions write the table, so its shape is not checked again. */
export function fromItem<T>(item: Item): T {
  return unmarshall(item) as T;
}
