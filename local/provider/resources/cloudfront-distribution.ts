import type { CloudFront, DistributionConfig, ViewerCertificate } from "@aws-sdk/client-cloudfront";
import type { DistributionArgs } from "@pulumi/aws/cloudfront/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

type Distribution = Plain<DistributionArgs>;

export const distribution = defineResource<Distribution>({
  token: "aws:cloudfront/distribution:Distribution",
  inputs: {
    aliases: {},
    comment: {},
    customErrorResponses: {},
    defaultCacheBehavior: { required: true },
    defaultRootObject: {},
    enabled: { required: true },
    httpVersion: { default: "http2" },
    isIpv6Enabled: {},
    loggingConfig: {},
    origins: { required: true },
    restrictions: { required: true },
    tags: {},
    viewerCertificate: { required: true },
  },
  outputs: ["arn", "callerReference", "domainName", "hostedZoneId", "status"],

  async create(inputs, aws) {
    const cloudfront = await aws.cloudfront();
    const callerReference = `${Date.now()}-${Math.random()}`;
    const { Distribution: live } = await cloudfront.createDistributionWithTags({
      DistributionConfigWithTags: {
        DistributionConfig: configOf(inputs, callerReference),
        Tags: { Items: tagList(inputs.tags) },
      },
    });
    const [label] = live?.DomainName?.split(".") ?? [];
    return {
      id: live?.Id ?? "",
      outputs: {
        arn: live?.ARN,
        callerReference,
        domainName: domainName(`${label}`, aws),
        hostedZoneId: HOSTED_ZONE_ID,
        status: live?.Status,
      },
    };
  },

  async read(id, aws, { arn }) {
    const cloudfront = await aws.cloudfront();
    const { Distribution: live } = await cloudfront.getDistribution({ Id: id });
    const { Tags } = await cloudfront.listTagsForResource({ Resource: arn as string });
    const config = live?.DistributionConfig;
    return {
      inputs: {
        aliases: config?.Aliases?.Items?.length ? config.Aliases.Items : undefined,
        comment: config?.Comment,
        defaultRootObject: config?.DefaultRootObject,
        enabled: config?.Enabled ?? false,
        httpVersion: config?.HttpVersion,
        isIpv6Enabled: config?.IsIPV6Enabled,
        tags: tagMap(Tags?.Items),
        viewerCertificate: viewerCertificateOf(config?.ViewerCertificate),
      },
      outputs: { status: live?.Status },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const cloudfront = await aws.cloudfront();
    await reconfigure(cloudfront, id, configOf(inputs, String(state.callerReference)));
    if (changed("tags")) {
      const Resource = String(state.arn);
      const Items = removedKeys(state.tags, inputs.tags);
      if (Items.length > 0) await cloudfront.untagResource({ Resource, TagKeys: { Items } });
      await cloudfront.tagResource({ Resource, Tags: { Items: tagList(inputs.tags) } });
    }
  },

  // Only a disabled distribution can be deleted.
  async delete(id, aws, state) {
    const cloudfront = await aws.cloudfront();
    const disabled = configOf({ ...state, enabled: false }, String(state.callerReference));
    const IfMatch = await reconfigure(cloudfront, id, disabled);
    await cloudfront.deleteDistribution({ Id: id, IfMatch });
  },
});

/** The zone of all distributions. Source: the guide of Route 53, "Values for alias records". */
const HOSTED_ZONE_ID = "Z2FDTNDATAQYW2";

/** @returns The ETag of the new version. */
async function reconfigure(cloudfront: CloudFront, Id: string, config: DistributionConfig) {
  const { ETag: IfMatch } = await cloudfront.getDistribution({ Id });
  const { ETag } = await cloudfront.updateDistribution({ Id, IfMatch, DistributionConfig: config });
  return ETag;
}

/** The emulator serves distributions by hostname. Browsers resolve all names below `localhost` to this machine. */
function domainName(label: string, { endpoint }: Aws): string {
  return `${label}.cloudfront.localhost:${new URL(endpoint).port}`;
}

function configOf(inputs: Distribution, CallerReference: string): DistributionConfig {
  const { allowedMethods, cachedMethods, ...behavior } = inputs.defaultCacheBehavior;
  const { loggingConfig: logging, customErrorResponses = [] } = inputs;
  return {
    CallerReference,
    Aliases: list(inputs.aliases ?? []),
    Comment: inputs.comment ?? "",
    Enabled: inputs.enabled,
    DefaultRootObject: inputs.defaultRootObject,
    HttpVersion: inputs.httpVersion as "http2" | undefined,
    IsIPV6Enabled: inputs.isIpv6Enabled,
    Origins: list(
      inputs.origins.map(({ originId, domainName, originAccessControlId }) => ({
        Id: originId,
        DomainName: domainName,
        OriginAccessControlId: originAccessControlId,
        S3OriginConfig: { OriginAccessIdentity: "" },
      })),
    ),
    DefaultCacheBehavior: {
      TargetOriginId: behavior.targetOriginId,
      ViewerProtocolPolicy: behavior.viewerProtocolPolicy as "redirect-to-https",
      AllowedMethods: { ...list(allowedMethods as "GET"[]), CachedMethods: list(cachedMethods as "GET"[]) },
      Compress: behavior.compress,
      CachePolicyId: behavior.cachePolicyId,
      ResponseHeadersPolicyId: behavior.responseHeadersPolicyId,
    },
    CustomErrorResponses: list(
      customErrorResponses.map(({ errorCode, responseCode, responsePagePath }) => ({
        ErrorCode: errorCode,
        ResponseCode: String(responseCode),
        ResponsePagePath: responsePagePath,
      })),
    ),
    Restrictions: {
      GeoRestriction: {
        RestrictionType: inputs.restrictions.geoRestriction.restrictionType as "none",
        ...list(inputs.restrictions.geoRestriction.locations ?? []),
      },
    },
    ViewerCertificate: {
      CloudFrontDefaultCertificate: inputs.viewerCertificate.cloudfrontDefaultCertificate,
      ACMCertificateArn: inputs.viewerCertificate.acmCertificateArn,
      MinimumProtocolVersion: inputs.viewerCertificate.minimumProtocolVersion as "TLSv1.2_2021" | undefined,
      SSLSupportMethod: inputs.viewerCertificate.sslSupportMethod as "sni-only" | undefined,
    },
    ...(logging && {
      Logging: {
        Enabled: true,
        IncludeCookies: logging.includeCookies ?? false,
        Bucket: logging.bucket,
        Prefix: logging.prefix ?? "",
      },
    }),
  };
}

function viewerCertificateOf(live: ViewerCertificate = {}): Distribution["viewerCertificate"] {
  if (live.CloudFrontDefaultCertificate) return { cloudfrontDefaultCertificate: true };
  return {
    acmCertificateArn: live.ACMCertificateArn,
    minimumProtocolVersion: live.MinimumProtocolVersion,
    sslSupportMethod: live.SSLSupportMethod,
  };
}

/** A list in CloudFront's format. */
function list<T>(Items: T[]): { Quantity: number; Items: T[] } {
  return { Quantity: Items.length, Items };
}
