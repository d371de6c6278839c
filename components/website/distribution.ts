import * as cloudfront from "@pulumi/aws/cloudfront/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { createAliasRecord } from "../custom-domain/alias-record.ts";
import { createCertificate } from "../custom-domain/certificate.ts";
import type { CustomDomain } from "../custom-domain/custom-domain.ts";
import { allowService, BLOCK_PUBLIC_ACCESS, bucketPolicy } from "../shared/policies.ts";
import { createAccessLogs } from "./access-logs.ts";
import { NO_FRAMES } from "./content-security-policy.ts";

/** The settings of {@link createDistribution}. */
export interface DistributionSettings {
  /** Holds the files. Only the distribution may read it. */
  bucket: s3.Bucket;
  /** The header's value, without `frame-ancestors`. */
  contentSecurityPolicy: pulumi.Input<string>;
  /** Its own domain, if any. */
  domain?: CustomDomain;
  /** File name of the page for `/`. */
  homePage: string;
  /** File name of the page for a 404. */
  notFoundPage: string;
  /** Whether the logs are deleted with their bucket, and the days for which they are kept. */
  logs: { forceDestroy: boolean; retentionDays: pulumi.Input<number> };
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** AWS's managed policy CachingOptimized: follows the cache headers, compresses. Its id is the same in every account. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

const TWO_YEARS_IN_SECONDS = 63_072_000;

/** Creates a distribution for a private bucket's files, with TLS, security headers and access logs. */
export function createDistribution(
  name: string,
  settings: DistributionSettings,
  child: pulumi.CustomResourceOptions,
): cloudfront.Distribution {
  const { bucket, domain, homePage, notFoundPage, tags } = settings;
  const logDomain = createAccessLogs(name, settings, child);
  const originAccess = new cloudfront.OriginAccessControl(
    `${name}-origin-access`,
    { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
    child,
  );
  const headers = createSecurityHeaders(name, settings, child);

  const distribution = new cloudfront.Distribution(
    `${name}-distribution`,
    {
      enabled: true,
      comment: `${pulumi.getProject()} ${pulumi.getStack()}`,
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      defaultRootObject: homePage,
      origins: [
        { originId: "bucket", domainName: bucket.bucketRegionalDomainName, originAccessControlId: originAccess.id },
      ],
      defaultCacheBehavior: {
        targetOriginId: "bucket",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: CACHING_OPTIMIZED,
        responseHeadersPolicyId: headers.id,
      },
      // S3 returns 403 for missing objects, as CloudFront may not list the bucket.
      customErrorResponses: [403, 404].map((errorCode) => ({
        errorCode,
        responseCode: 404,
        responsePagePath: `/${notFoundPage}`,
      })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      ...(domain
        ? { aliases: [domain.name], viewerCertificate: createViewerCertificate(name, { ...domain, tags }, child) }
        : { viewerCertificate: { cloudfrontDefaultCertificate: true } }),
      loggingConfig: { bucket: logDomain, prefix: "cloudfront/" },
      tags,
    },
    child,
  );
  if (domain) {
    const target = { name: distribution.domainName, zoneId: distribution.hostedZoneId };
    for (const type of ["A", "AAAA"] as const) createAliasRecord(name, domain, type, target, child);
  }

  const access = new s3.BucketPublicAccessBlock(
    `${name}-access`,
    { bucket: bucket.bucket, ...BLOCK_PUBLIC_ACCESS },
    child,
  );
  new s3.BucketPolicy(
    `${name}-policy`,
    {
      bucket: bucket.bucket,
      policy: bucketPolicy(
        bucket.arn,
        allowService(
          "FromCloudFront",
          "cloudfront.amazonaws.com",
          "s3:GetObject",
          pulumi.interpolate`${bucket.arn}/*`,
          distribution.arn,
        ),
      ),
    },
    { ...child, dependsOn: [access] },
  );
  return distribution;
}

function createViewerCertificate(
  name: string,
  settings: CustomDomain & Pick<DistributionSettings, "tags">,
  child: pulumi.CustomResourceOptions,
) {
  return {
    // CloudFront takes certificates from this region only. Source: its guide, "Requirements for using SSL/TLS certificates".
    acmCertificateArn: createCertificate(name, { ...settings, region: "us-east-1" }, child),
    sslSupportMethod: "sni-only",
    minimumProtocolVersion: "TLSv1.2_2021",
  };
}

function createSecurityHeaders(
  name: string,
  settings: DistributionSettings,
  child: pulumi.CustomResourceOptions,
): cloudfront.ResponseHeadersPolicy {
  const override = true;
  return new cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    {
      securityHeadersConfig: {
        contentSecurityPolicy: {
          contentSecurityPolicy: pulumi.interpolate`${settings.contentSecurityPolicy}; ${NO_FRAMES}`,
          override,
        },
        contentTypeOptions: { override },
        frameOptions: { frameOption: "DENY", override },
        referrerPolicy: { referrerPolicy: "no-referrer", override },
        strictTransportSecurity: {
          accessControlMaxAgeSec: TWO_YEARS_IN_SECONDS,
          includeSubdomains: true,
          override,
        },
      },
    },
    child,
  );
}
