import type * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import { Trail } from "@pulumi/awsx/cloudtrail/trail.js";
import * as pulumi from "@pulumi/pulumi";
import { BLOCK_PUBLIC_ACCESS, denyWithoutTls } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of an {@link AuditTrail}. */
export interface AuditTrailArgs extends TaggedArgs {
  /** Whose items' reading and writing is recorded. */
  table: dynamodb.Table;
  /** Whose objects' reading and writing is recorded. */
  buckets?: s3.Bucket[];
}

/** Days that the records are kept, as PCI DSS 4.0 asks for in requirement 10.5.1. */
const RETENTION_DAYS = 365;

/**
 * Who read and wrote the data, and when: CloudTrail's data events, in a bucket of their own. The bucket outlives the
 * stage, with its settings, until its records have expired; so its encryption is S3's own, and not by the stage's key.
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly trail: Trail;

  constructor(name: string, args: AuditTrailArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:AuditTrail", name, {}, options);
    const { table, buckets = [], tags = {} } = args;
    const child = { parent: this };
    // S3 refuses to delete a bucket that holds records, and the engine would have taken its settings away before it asks.
    const kept = { ...child, retainOnDelete: true };

    this.bucket = new s3.Bucket(`${name}-records`, { tags }, kept);
    const bucket = this.bucket.id;
    new s3.BucketPublicAccessBlock(`${name}-private`, { bucket, ...BLOCK_PUBLIC_ACCESS }, kept);
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      kept,
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-retention`,
      { bucket, rules: [{ id: "retention", status: "Enabled", filter: {}, expiration: { days: RETENTION_DAYS } }] },
      kept,
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
        // Tells when somebody changed the records.
        enableLogFileValidation: true,
        tags,
      },
      { ...child, transforms: [keptWithTls(this.bucket.arn)] },
    );

    this.registerOutputs({ bucket });
  }
}

/**
 * Has the bucket's policy, which awsx writes and a bucket has only one of, refuse what comes without TLS as well, and stay
 * with the bucket.
 */
export function keptWithTls(bucketArn: pulumi.Input<string>): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "aws:s3/bucketPolicy:BucketPolicy") return undefined;
    const policy = pulumi.all([props.policy, bucketArn]).apply(([document, arn]) => {
      const { Statement, ...rest } = typeof document === "string" ? JSON.parse(document) : document;
      return JSON.stringify({ ...rest, Statement: [...Statement, denyWithoutTls("s3:*", [arn, `${arn}/*`])] });
    });
    return { props: { ...props, policy }, opts: { ...opts, retainOnDelete: true } };
  };
}
