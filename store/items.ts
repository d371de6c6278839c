import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

/** An item in DynamoDB's own format. */
export type Item = Record<string, AttributeValue>;

/** Converts an object to an item. Undefined fields are left out. */
export function toItem(value: object): Item {
  return marshall(value, { removeUndefinedValues: true });
}

/** Converts an item back. Its shape isn't checked: nothing but this program writes the table. */
export function fromItem<T>(item: Item): T {
  return unmarshall(item) as T;
}
