import type { LifecycleRule, S3 } from "@aws-sdk/client-s3";
import type {
  BucketLifecycleConfigurationArgs,
  BucketLoggingArgs,
  BucketOwnershipControlsArgs,
  BucketPolicyArgs,
  BucketPublicAccessBlockArgs,
  BucketWebsiteConfigurationArgs,
} from "@pulumi/aws/s3/index.js";
import type { Aws } from "../aws.ts";
import type { Values } from "../properties.ts";
import { defineResource, type Plain, type ResourceDefinition } from "../resource-type.ts";

export const bucketPolicy = bucketSetting<Plain<BucketPolicyArgs>>({
  token: "aws:s3/bucketPolicy:BucketPolicy",
  inputs: { policy: { required: true, json: true } },
  put: (s3, { bucket: Bucket, policy }) => s3.putBucketPolicy({ Bucket, Policy: policy as string }),
  get: async (s3, Bucket) => ({ policy: (await s3.getBucketPolicy({ Bucket })).Policy ?? "" }),
  remove: (s3, Bucket) => s3.deleteBucketPolicy({ Bucket }),
});

export const bucketPublicAccessBlock = bucketSetting<Plain<BucketPublicAccessBlockArgs>>({
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: { blockPublicAcls: {}, blockPublicPolicy: {}, ignorePublicAcls: {}, restrictPublicBuckets: {} },
  put: (s3, { bucket: Bucket, ...inputs }) =>
    s3.putPublicAccessBlock({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: inputs.blockPublicAcls ?? false,
        BlockPublicPolicy: inputs.blockPublicPolicy ?? false,
        IgnorePublicAcls: inputs.ignorePublicAcls ?? false,
        RestrictPublicBuckets: inputs.restrictPublicBuckets ?? false,
      },
    }),
  get: async (s3, Bucket) => {
    const { PublicAccessBlockConfiguration: live = {} } = await s3.getPublicAccessBlock({ Bucket });
    return {
      blockPublicAcls: live.BlockPublicAcls,
      blockPublicPolicy: live.BlockPublicPolicy,
      ignorePublicAcls: live.IgnorePublicAcls,
      restrictPublicBuckets: live.RestrictPublicBuckets,
    };
  },
  remove: (s3, Bucket) => s3.deletePublicAccessBlock({ Bucket }),
});

export const bucketOwnershipControls = bucketSetting<Plain<BucketOwnershipControlsArgs>>({
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  inputs: { rule: { required: true } },
  put: (s3, { bucket: Bucket, rule }) =>
    s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership as "BucketOwnerPreferred" }] },
    }),
  get: async (s3, Bucket) => {
    const { OwnershipControls: live } = await s3.getBucketOwnershipControls({ Bucket });
    return { rule: { objectOwnership: live?.Rules?.[0]?.ObjectOwnership ?? "" } };
  },
  remove: (s3, Bucket) => s3.deleteBucketOwnershipControls({ Bucket }),
});

export const bucketLogging = bucketSetting<Plain<BucketLoggingArgs>>({
  token: "aws:s3/bucketLogging:BucketLogging",
  inputs: { targetBucket: { required: true }, targetPrefix: { required: true } },
  put: (s3, { bucket: Bucket, targetBucket: TargetBucket, targetPrefix: TargetPrefix }) =>
    s3.putBucketLogging({ Bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix } } }),
  get: async (s3, Bucket) => {
    const { LoggingEnabled: live } = await s3.getBucketLogging({ Bucket });
    return live && { targetBucket: live.TargetBucket ?? "", targetPrefix: live.TargetPrefix ?? "" };
  },
  remove: (s3, Bucket) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
});

export const bucketLifecycleConfiguration = bucketSetting<Plain<BucketLifecycleConfigurationArgs>>({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: { rules: { required: true } },
  put: (s3, { bucket: Bucket, rules = [] }) =>
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: rules.map(
          ({ id, status, filter, expiration }): LifecycleRule => ({
            ID: id,
            Status: status as "Enabled",
            Filter: { Prefix: filter?.prefix ?? "" },
            Expiration: { Days: expiration?.days },
          }),
        ),
      },
    }),
  get: async (s3, Bucket) => {
    const { Rules = [] } = await s3.getBucketLifecycleConfiguration({ Bucket });
    return {
      rules: Rules.map(({ ID, Status = "", Filter, Expiration }) => ({
        id: ID ?? "",
        status: Status,
        filter: { prefix: Filter?.Prefix },
        expiration: { days: Expiration?.Days },
      })),
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
});

export const bucketWebsiteConfiguration = bucketSetting<Plain<BucketWebsiteConfigurationArgs>>({
  token: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  inputs: { errorDocument: {}, indexDocument: { required: true } },
  put: (s3, { bucket: Bucket, indexDocument, errorDocument }) =>
    s3.putBucketWebsite({
      Bucket,
      WebsiteConfiguration: {
        IndexDocument: { Suffix: indexDocument?.suffix },
        ...(errorDocument && { ErrorDocument: { Key: errorDocument.key } }),
      },
    }),
  get: async (s3, Bucket) => {
    const { IndexDocument, ErrorDocument } = await s3.getBucketWebsite({ Bucket });
    return {
      indexDocument: { suffix: IndexDocument?.Suffix ?? "" },
      errorDocument: ErrorDocument && { key: ErrorDocument.Key ?? "" },
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketWebsite({ Bucket }),
  // The emulator has no website endpoints: it serves objects below its own address.
  outputs: { websiteEndpoint: (bucket, { endpoint }) => `${new URL(endpoint).host}/${bucket}` },
});

/** A setting of a bucket that is a separate resource in the official provider. */
interface BucketSetting<Inputs> {
  token: string;
  /** The inputs besides `bucket`. */
  inputs: { [Name in Exclude<keyof Inputs, "bucket">]?: ResourceDefinition<Inputs>["inputs"][Name] };
  put(s3: S3, inputs: Inputs): Promise<unknown>;
  get(s3: S3, bucket: string): Promise<Partial<Inputs> | undefined>;
  remove(s3: S3, bucket: string): Promise<unknown>;
  outputs?: Record<string, (bucket: string, aws: Aws) => unknown>;
}

function bucketSetting<Inputs extends { bucket: string }>({
  token,
  inputs: rules,
  outputs = {},
  ...setting
}: BucketSetting<Inputs>) {
  const outputsOf = (bucket: string, aws: Aws): Values =>
    Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output(bucket, aws)]));
  return defineResource<Inputs>({
    token,
    inputs: { bucket: { required: true, replaces: true }, ...rules } as ResourceDefinition<Inputs>["inputs"],
    outputs: Object.keys(outputs),
    identity: ["bucket"],
    async create(inputs, aws) {
      await setting.put(await aws.s3(), inputs);
      return { id: inputs.bucket, outputs: outputsOf(inputs.bucket, aws) };
    },
    async read(id, aws) {
      const live = await setting.get(await aws.s3(), id);
      return live && { inputs: { ...live, bucket: id }, outputs: outputsOf(id, aws) };
    },
    async update(_id, inputs, aws) {
      await setting.put(await aws.s3(), inputs);
      return undefined;
    },
    async delete(id, aws) {
      await setting.remove(await aws.s3(), id);
    },
  });
}
