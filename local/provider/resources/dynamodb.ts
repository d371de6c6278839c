import type { SSEDescription, TableDescription } from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";
import {
  attributeDefinitions,
  globalIndex,
  keySchema,
  localIndex,
  readGlobalIndex,
  updateIndexes,
} from "./dynamodb-indexes.ts";

type Table = Plain<TableArgs>;

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
          kmsKeyArn: customerManagedKey(live.SSEDescription),
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

/** The table's key, unless it is the default one, which AWS manages. */
function customerManagedKey(sse: SSEDescription | undefined): string | undefined {
  return sse?.KMSMasterKeyArn?.endsWith(":alias/aws/dynamodb") ? undefined : sse?.KMSMasterKeyArn;
}

function outputs(live: TableDescription | undefined) {
  return { arn: live?.TableArn, streamArn: live?.LatestStreamArn ?? "", streamLabel: live?.LatestStreamLabel ?? "" };
}

/** The parameters that CreateTable and UpdateTable share. */
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
