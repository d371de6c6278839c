import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { allowService, BLOCK_PUBLIC_ACCESS, bucketPolicy } from "../shared/policies.ts";

/** Whose requests are logged, and for how long. */
export interface LogSettings {
  /** The bucket whose own requests are logged too. */
  bucket: s3.Bucket;
  logs: { forceDestroy: boolean; retentionDays: pulumi.Input<number> };
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Where S3 puts the requests to the bucket, below CloudFront's. */
const BUCKET_LOGS = "bucket/";

/**
 * Makes the bucket that CloudFront and S3 write access logs to: one line a request, with the visitor's address.
 *
 * @returns The name that CloudFront knows the bucket by, as soon as it can write there.
 */
export function accessLogs(
  name: string,
  { bucket, logs: { forceDestroy, retentionDays }, tags }: LogSettings,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const logs = new s3.Bucket(`${name}-logs`, { forceDestroy, tags }, child);
  // CloudFront lets itself in by the bucket's access list, which buckets don't have any more unless they ask for it.
  const ownership = new s3.BucketOwnershipControls(
    `${name}-logs-ownership`,
    { bucket: logs.bucket, rule: { objectOwnership: "BucketOwnerPreferred" } },
    child,
  );
  const access = new s3.BucketPublicAccessBlock(
    `${name}-logs-access`,
    { bucket: logs.bucket, ...BLOCK_PUBLIC_ACCESS },
    child,
  );
  const fromS3 = allowService(
    "FromS3",
    "logging.s3.amazonaws.com",
    "s3:PutObject",
    pulumi.interpolate`${logs.arn}/${BUCKET_LOGS}*`,
    bucket.arn,
  );
  const policy = new s3.BucketPolicy(
    `${name}-logs-policy`,
    { bucket: logs.bucket, policy: bucketPolicy(logs.arn, fromS3) },
    { ...child, dependsOn: [access] },
  );
  new s3.BucketLifecycleConfiguration(
    `${name}-logs-expiry`,
    {
      bucket: logs.bucket,
      rules: [{ id: "expiry", status: "Enabled", filter: { prefix: "" }, expiration: { days: retentionDays } }],
    },
    child,
  );
  new s3.BucketLogging(
    `${name}-bucket-logging`,
    { bucket: bucket.bucket, targetBucket: logs.bucket, targetPrefix: BUCKET_LOGS },
    { ...child, dependsOn: [policy] },
  );
  return pulumi.all([logs.bucketDomainName, ownership.id]).apply(([domainName]) => domainName);
}
