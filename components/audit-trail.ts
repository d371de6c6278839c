import type * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import { Trail } from "@pulumi/awsx/cloudtrail/trail.js";
import * as pulumi from "@pulumi/pulumi";
import { BLOCK_PUBLIC_ACCESS, denyWithoutTls } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of an {@link AuditTrail}. */
export interface AuditTrailArgs extends TaggedArgs {
  /** The table whose reads and writes are recorded. */
  table: dynamodb.Table;
  /** Buckets whose objects' reads and writes are recorded, too. Default none. */
  buckets?: s3.Bucket[];
}

/** Required by PCI DSS 4.0, requirement 10.5.1. From when a record is written, and from when somebody overwrites or deletes it. */
const RETENTION_DAYS = 365;

/**
 * Records who read and wrote data, and when: CloudTrail's data events, in a bucket of their own. The bucket outlives the
 * stage, and so does its encryption: S3's own, not the stage's key.
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly trail: Trail;

  constructor(name: string, args: AuditTrailArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:AuditTrail", name, {}, options);
    const { table, buckets = [], tags = {} } = args;
    const child = { parent: this };
    // S3 refuses to delete a bucket with records, and Pulumi would delete the bucket's settings before it finds out.
    const retained = { ...child, retainOnDelete: true };

    this.bucket = new s3.Bucket(`${name}-records`, { tags }, retained);
    const bucket = this.bucket.id;
    new s3.BucketPublicAccessBlock(`${name}-private`, { bucket, ...BLOCK_PUBLIC_ACCESS }, retained);
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      retained,
    );
    const versions = new s3.BucketVersioning(
      `${name}-versions`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      retained,
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-retention`,
      {
        bucket,
        rules: [
          {
            id: "retention",
            status: "Enabled",
            filter: {},
            expiration: { days: RETENTION_DAYS },
            noncurrentVersionExpiration: { noncurrentDays: RETENTION_DAYS },
          },
        ],
      },
      { ...retained, dependsOn: [versions] },
    );

    const dataResources = [
      { type: "AWS::DynamoDB::Table", values: [table.arn] },
      ...(buckets.length > 0
        ? [{ type: "AWS::S3::Object", values: buckets.map(({ arn }) => pulumi.interpolate`${arn}/`) }]
        : []),
    ];
    this.trail = new Trail(
      `${name}-trail`,
      {
        s3Bucket: { existing: { arn: this.bucket.arn } },
        eventSelectors: [{ readWriteType: "All", includeManagementEvents: false, dataResources }],
        // Reveals later changes to the records.
        enableLogFileValidation: true,
        tags,
      },
      { ...child, transforms: [requireTlsAndRetain(this.bucket.arn)] },
    );

    this.registerOutputs({ bucket });
  }
}

/**
 * Makes the bucket policy that awsx creates deny requests without TLS, too, and retains it with the bucket: a bucket can have
 * only one policy.
 */
export function requireTlsAndRetain(bucketArn: pulumi.Input<string>): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "aws:s3/bucketPolicy:BucketPolicy") return undefined;
    const policy = pulumi.all([props.policy, bucketArn]).apply(([document, arn]) => {
      const { Statement, ...rest } = typeof document === "string" ? JSON.parse(document) : document;
      return JSON.stringify({ ...rest, Statement: [...Statement, denyWithoutTls("s3:*", [arn, `${arn}/*`])] });
    });
    return { props: { ...props, policy }, opts: { ...opts, retainOnDelete: true } };
  };
}
