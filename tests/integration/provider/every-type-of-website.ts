import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";

/** A bucket with a file, served by CloudFront and by S3's website hosting. */
export function site(changed: boolean, tags: Record<string, string>) {
  const bucket = new s3.Bucket("bucket", { forceDestroy: true, tags });
  const { bucket: name } = bucket;
  new s3.BucketObjectv2("object", {
    bucket: name,
    key: "index.html",
    content: changed ? "<p>Welcome back" : "<p>Welcome",
    contentType: "text/html",
    cacheControl: "no-cache",
    tags,
  });
  new s3.BucketOwnershipControls("ownership", {
    bucket: name,
    rule: { objectOwnership: changed ? "BucketOwnerEnforced" : "BucketOwnerPreferred" },
  });
  const access = new s3.BucketPublicAccessBlock("access", { bucket: name, blockPublicAcls: changed });
  new s3.BucketLogging("logging", { bucket: name, targetBucket: name, targetPrefix: changed ? "new/" : "old/" });
  new s3.BucketLifecycleConfiguration("expiry", {
    bucket: name,
    rules: [{ id: "all", status: "Enabled", filter: { prefix: "" }, expiration: { days: changed ? 14 : 7 } }],
  });
  new s3.BucketWebsiteConfiguration("hosting", {
    bucket: name,
    indexDocument: { suffix: changed ? "home.html" : "index.html" },
    errorDocument: { key: "index.html" },
  });
  const originAccess = new cloudfront.OriginAccessControl("origin-access", {
    originAccessControlOriginType: "s3",
    signingBehavior: changed ? "no-override" : "always",
    signingProtocol: "sigv4",
  });
  const frameOption = changed ? "SAMEORIGIN" : "DENY";
  const headers = new cloudfront.ResponseHeadersPolicy("headers", {
    securityHeadersConfig: { frameOptions: { frameOption, override: true } },
  });
  const distribution = new cloudfront.Distribution("distribution", {
    enabled: true,
    comment: changed ? "Two" : "One",
    defaultRootObject: "index.html",
    origins: [
      { originId: "bucket", domainName: bucket.bucketRegionalDomainName, originAccessControlId: originAccess.id },
    ],
    defaultCacheBehavior: {
      targetOriginId: "bucket",
      viewerProtocolPolicy: "allow-all",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      responseHeadersPolicyId: headers.id,
    },
    customErrorResponses: [{ errorCode: 403, responseCode: 404, responsePagePath: "/index.html" }],
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
    tags,
  });
  const reader = { Effect: "Allow", Principal: { Service: "cloudfront.amazonaws.com" }, Action: "s3:GetObject" };
  new s3.BucketPolicy(
    "bucket-policy",
    {
      bucket: name,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            ...reader,
            Sid: tags.round,
            Resource: pulumi.interpolate`${bucket.arn}/*`,
            Condition: { ArnEquals: { "aws:SourceArn": distribution.arn } },
          },
        ],
      }),
    },
    { dependsOn: [access] },
  );
  return { bucket: name, siteDomain: distribution.domainName };
}
