import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { allowService, BLOCK_PUBLIC_ACCESS, bucketPolicy } from "../shared/policies.ts";

/** The settings of {@link createAccessLogs}. */
export interface AccessLogSettings {
  /** The site's bucket: direct requests to it are logged, too. */
  bucket: s3.Bucket;
  /** Whether the logs are deleted with their bucket, and the days for which they are kept. */
  logs: { forceDestroy: boolean; retentionDays: pulumi.Input<number> };
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The prefix of S3's own logs; CloudFront's is `cloudfront/`. */
const BUCKET_LOGS = "bucket/";

/**
 * Creates the bucket that CloudFront and S3 write access logs to: one line per request, with the visitor's IP address.
 *
 * @returns The bucket's domain name for CloudFront's logging, once CloudFront may write there.
 */
export function createAccessLogs(
  name: string,
  { bucket, logs: { forceDestroy, retentionDays }, tags }: AccessLogSettings,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const logs = new s3.Bucket(`${name}-logs`, { forceDestroy, tags }, child);
  // CloudFront grants itself access by an access control list, which new buckets have disabled.
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
