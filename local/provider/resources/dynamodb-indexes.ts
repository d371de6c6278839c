// Converts keys and indexes between the formats of Pulumi and DynamoDB.

import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndex,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/index.js";
import type { Aws } from "../aws.ts";
import { isSame } from "../diff.ts";
import type { Plain } from "../resource-type.ts";

type Table = Plain<TableArgs>;
type GlobalIndex = NonNullable<Table["globalSecondaryIndexes"]>[number];
type LocalIndex = NonNullable<Table["localSecondaryIndexes"]>[number];

/** The types of key attributes. */
export function attributeDefinitions({ attributes }: Table): AttributeDefinition[] | undefined {
  return attributes?.map(({ name, type }) => ({ AttributeName: name, AttributeType: type as "S" }));
}

/** The key of a table or an index. */
export function keySchema(hashKey: string | undefined, rangeKey: string | undefined): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
  ];
}

/** A global index, for CreateTable. */
export function globalIndex(index: GlobalIndex): GlobalSecondaryIndex {
  const keys = index.keySchemas?.map(({ attributeName, keyType }) => ({
    AttributeName: attributeName,
    KeyType: keyType as "HASH",
  }));
  return {
    IndexName: index.name,
    KeySchema: keys ?? keySchema(index.hashKey, index.rangeKey),
    Projection: projection(index),
    ...(index.readCapacity && {
      ProvisionedThroughput: { ReadCapacityUnits: index.readCapacity, WriteCapacityUnits: index.writeCapacity },
    }),
  };
}

/** A local index, for CreateTable. It shares the table's hash key. */
export function localIndex(index: LocalIndex, hashKey: string | undefined): LocalSecondaryIndex {
  return { IndexName: index.name, KeySchema: keySchema(hashKey, index.rangeKey), Projection: projection(index) };
}

function projection({ projectionType, nonKeyAttributes }: GlobalIndex | LocalIndex) {
  return {
    ProjectionType: projectionType as "ALL",
    ...(nonKeyAttributes?.length && { NonKeyAttributes: nonKeyAttributes }),
  };
}

/** Reads a global index. Its key is in whichever of the two notations the program uses. */
export function readGlobalIndex(
  live: GlobalSecondaryIndexDescription,
  { globalSecondaryIndexes }: Partial<Table>,
): GlobalIndex {
  const keys = (live.KeySchema ?? []).map(({ AttributeName: attributeName = "", KeyType: keyType = "" }) => ({
    attributeName,
    keyType,
  }));
  const declared = globalSecondaryIndexes?.find(({ name }) => name === live.IndexName);
  const key = (type: string) => keys.find(({ keyType }) => keyType === type)?.attributeName;
  return {
    name: live.IndexName ?? "",
    ...(declared?.keySchemas ? { keySchemas: keys } : { hashKey: key("HASH"), rangeKey: key("RANGE") }),
    projectionType: live.Projection?.ProjectionType ?? "",
    nonKeyAttributes: live.Projection?.NonKeyAttributes,
    readCapacity: live.ProvisionedThroughput?.ReadCapacityUnits || undefined,
    writeCapacity: live.ProvisionedThroughput?.WriteCapacityUnits || undefined,
  };
}

/** DynamoDB creates or deletes one index per call. A changed key or projection requires both. */
export async function updateIndexes(id: string, inputs: Table, state: Table, aws: Aws): Promise<void> {
  const dynamodb = await aws.dynamodb();
  const [olds, news] = [state.globalSecondaryIndexes ?? [], inputs.globalSecondaryIndexes ?? []];
  const isIn = (others: GlobalIndex[], index: GlobalIndex) => others.some((other) => isSame({}, index, other));
  for (const { name } of olds.filter((index) => !isIn(news, index))) {
    await dynamodb.updateTable({ TableName: id, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] });
  }
  for (const index of news.filter((index) => !isIn(olds, index))) {
    await dynamodb.updateTable({
      TableName: id,
      AttributeDefinitions: attributeDefinitions(inputs),
      GlobalSecondaryIndexUpdates: [{ Create: globalIndex(index) as Required<GlobalSecondaryIndex> }],
    });
  }
}
