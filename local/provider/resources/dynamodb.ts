import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndex,
  SSEDescription,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/index.js";
import type { Aws } from "../aws.ts";
import { isSame } from "../diff.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

type Table = Plain<TableArgs>;
type GlobalIndex = NonNullable<Table["globalSecondaryIndexes"]>[number];
type LocalIndex = NonNullable<Table["localSecondaryIndexes"]>[number];

export const table = defineResource<Table>({
  token: "aws:dynamodb/table:Table",
  inputs: {
    attributes: {},
    billingMode: { default: "PROVISIONED" },
    deletionProtectionEnabled: {},
    globalSecondaryIndexes: {},
    hashKey: { required: true, replaces: true },
    localSecondaryIndexes: { replaces: true },
    name: { replaces: true, autoName: { maxLength: 255 } },
    pointInTimeRecovery: {},
    rangeKey: { replaces: true },
    readCapacity: {},
    serverSideEncryption: {},
    streamEnabled: {},
    streamViewType: {},
    tableClass: { default: "STANDARD" },
    tags: {},
    ttl: {},
    writeCapacity: {},
  },
  outputs: ["arn", "streamArn", "streamLabel"],
  identity: ["name"],

  async create(inputs, aws) {
    const dynamodb = await aws.dynamodb();
    const { TableDescription } = await dynamodb.createTable({
      TableName: inputs.name,
      KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
      AttributeDefinitions: attributeDefinitions(inputs),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map(globalIndex),
      LocalSecondaryIndexes: inputs.localSecondaryIndexes?.map((index) => localIndex(index, inputs.hashKey)),
      ...settings(inputs),
      Tags: tagList(inputs.tags),
    });
    const id = inputs.name as string;
    await Promise.all([
      inputs.ttl?.enabled && setTimeToLive(id, inputs, aws),
      inputs.pointInTimeRecovery?.enabled && setPointInTimeRecovery(id, inputs, aws),
    ]);
    return { id, outputs: outputs(TableDescription) };
  },

  async read(id, aws, state) {
    const dynamodb = await aws.dynamodb();
    const { Table: live = {} } = await dynamodb.describeTable({ TableName: id });
    const [{ TimeToLiveDescription: ttl }, { ContinuousBackupsDescription: backups }, { Tags }] = await Promise.all([
      dynamodb.describeTimeToLive({ TableName: id }),
      dynamodb.describeContinuousBackups({ TableName: id }),
      dynamodb.listTagsOfResource({ ResourceArn: live.TableArn }),
    ]);
    const key = (type: string) => live.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const isProvisioned = live.BillingModeSummary?.BillingMode !== "PAY_PER_REQUEST";
    return {
      inputs: {
        attributes: live.AttributeDefinitions?.map(({ AttributeName: name = "", AttributeType: type = "" }) => ({
          name,
          type,
        })),
        billingMode: live.BillingModeSummary?.BillingMode,
        deletionProtectionEnabled: live.DeletionProtectionEnabled,
        globalSecondaryIndexes: live.GlobalSecondaryIndexes?.map((index) => readGlobalIndex(index, state)),
        hashKey: key("HASH"),
        name: live.TableName,
        pointInTimeRecovery: {
          enabled: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED",
        },
        rangeKey: key("RANGE"),
        readCapacity: isProvisioned ? live.ProvisionedThroughput?.ReadCapacityUnits : undefined,
        serverSideEncryption: {
          ...state.serverSideEncryption,
          enabled: live.SSEDescription?.Status === "ENABLED",
          kmsKeyArn: ownKey(live.SSEDescription),
        },
        streamEnabled: live.StreamSpecification?.StreamEnabled,
        streamViewType: live.StreamSpecification?.StreamViewType,
        tableClass: live.TableClassSummary?.TableClass,
        tags: tagMap(Tags),
        ttl: ttl?.TimeToLiveStatus === "ENABLED" ? { enabled: true, attributeName: ttl.AttributeName } : undefined,
        writeCapacity: isProvisioned ? live.ProvisionedThroughput?.WriteCapacityUnits : undefined,
      },
      outputs: outputs(live),
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const dynamodb = await aws.dynamodb();
    const changedSettings = changed(
      "billingMode",
      "readCapacity",
      "writeCapacity",
      "deletionProtectionEnabled",
      "serverSideEncryption",
      "streamEnabled",
      "streamViewType",
      "tableClass",
    );
    if (changedSettings) await dynamodb.updateTable({ TableName: id, ...settings(inputs) });
    if (changed("globalSecondaryIndexes")) await updateIndexes(id, inputs, state, aws);
    if (changed("ttl"))
      await setTimeToLive(id, inputs.ttl?.attributeName ? inputs : { ttl: { ...state.ttl, enabled: false } }, aws);
    if (changed("pointInTimeRecovery")) await setPointInTimeRecovery(id, inputs, aws);
    if (changed("tags")) {
      const ResourceArn = String(state.arn);
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await dynamodb.untagResource({ ResourceArn, TagKeys });
      await dynamodb.tagResource({ ResourceArn, Tags: tagList(inputs.tags) });
    }
    const { Table: live } = await dynamodb.describeTable({ TableName: id });
    return outputs(live);
  },

  async delete(id, aws) {
    await (await aws.dynamodb()).deleteTable({ TableName: id });
  },
});

/** The key that the table was given, and not the one that AWS manages where none is given. */
function ownKey(sse: SSEDescription | undefined): string | undefined {
  return sse?.KMSMasterKeyArn?.endsWith(":alias/aws/dynamodb") ? undefined : sse?.KMSMasterKeyArn;
}

function outputs(live: TableDescription | undefined) {
  return { arn: live?.TableArn, streamArn: live?.LatestStreamArn ?? "", streamLabel: live?.LatestStreamLabel ?? "" };
}

/** What CreateTable and UpdateTable take alike. */
function settings(inputs: Table) {
  const { billingMode = "PROVISIONED", readCapacity = 1, writeCapacity = 1, serverSideEncryption } = inputs;
  return {
    BillingMode: billingMode as "PROVISIONED" | "PAY_PER_REQUEST",
    ...(billingMode === "PROVISIONED" && {
      ProvisionedThroughput: { ReadCapacityUnits: readCapacity, WriteCapacityUnits: writeCapacity },
    }),
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
    SSESpecification: serverSideEncryption?.enabled
      ? { Enabled: true, SSEType: "KMS" as const, KMSMasterKeyId: serverSideEncryption.kmsKeyArn }
      : { Enabled: false },
    StreamSpecification: inputs.streamEnabled
      ? { StreamEnabled: true, StreamViewType: inputs.streamViewType as "NEW_IMAGE" }
      : { StreamEnabled: false },
    TableClass: (inputs.tableClass ?? "STANDARD") as "STANDARD",
  };
}

function attributeDefinitions({ attributes }: Table): AttributeDefinition[] | undefined {
  return attributes?.map(({ name, type }) => ({ AttributeName: name, AttributeType: type as "S" }));
}

function keySchema(hashKey: string | undefined, rangeKey: string | undefined): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
  ];
}

function globalIndex(index: GlobalIndex): GlobalSecondaryIndex {
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

function localIndex(index: LocalIndex, hashKey: string | undefined): LocalSecondaryIndex {
  return { IndexName: index.name, KeySchema: keySchema(hashKey, index.rangeKey), Projection: projection(index) };
}

function projection({ projectionType, nonKeyAttributes }: GlobalIndex | LocalIndex) {
  return {
    ProjectionType: projectionType as "ALL",
    ...(nonKeyAttributes?.length && { NonKeyAttributes: nonKeyAttributes }),
  };
}

/** Writes the index's key the way the program does: there are two. */
function readGlobalIndex(
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

/** DynamoDB makes or drops one index a call, and can't change one's key or projection. */
async function updateIndexes(id: string, inputs: Table, state: Table, aws: Aws): Promise<void> {
  const dynamodb = await aws.dynamodb();
  const [olds, news] = [state.globalSecondaryIndexes ?? [], inputs.globalSecondaryIndexes ?? []];
  const isIn = (index: GlobalIndex, others: GlobalIndex[]) => others.some((other) => isSame({}, index, other));
  for (const { name } of olds.filter((index) => !isIn(index, news))) {
    await dynamodb.updateTable({ TableName: id, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] });
  }
  for (const index of news.filter((index) => !isIn(index, olds))) {
    await dynamodb.updateTable({
      TableName: id,
      AttributeDefinitions: attributeDefinitions(inputs),
      GlobalSecondaryIndexUpdates: [{ Create: globalIndex(index) as Required<GlobalSecondaryIndex> }],
    });
  }
}

async function setTimeToLive(id: string, { ttl }: Pick<Table, "ttl">, aws: Aws): Promise<void> {
  await (await aws.dynamodb()).updateTimeToLive({
    TableName: id,
    TimeToLiveSpecification: { Enabled: ttl?.enabled ?? false, AttributeName: ttl?.attributeName },
  });
}

async function setPointInTimeRecovery(id: string, { pointInTimeRecovery }: Table, aws: Aws): Promise<void> {
  await (await aws.dynamodb()).updateContinuousBackups({
    TableName: id,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery?.enabled ?? false },
  });
}
