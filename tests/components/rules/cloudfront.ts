import { isOneOf, isSet, type Rule, resource, unless, valueAt, wrongAt } from "./rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

/** What cdk-nag calls outdated, of the protocols that CloudFront offers. */
const OUTDATED = ["SSLv3", "TLSv1", "TLSv1_2016"];

interface Origin {
  originId: string;
  originAccessControlId?: string;
  customOriginConfig?: { originProtocolPolicy?: string; originSslProtocols?: string[] };
}

const originsOf = (inputs: Record<string, unknown>) => (inputs.origins ?? []) as Origin[];

/** What a distribution may be that nothing is to be said of. */
const example = [
  resource(DISTRIBUTION, "distribution", {
    restrictions: { geoRestriction: { restrictionType: "whitelist", locations: ["CH"] } },
    viewerCertificate: {
      acmCertificateArn: "arn",
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    },
    webAclId: "arn",
  }),
];

/** Rules on CloudFront. */
export const CLOUDFRONT_RULES: Rule[] = [
  {
    id: "AwsSolutions-CFR1",
    title: "The distribution restricts where it is seen from",
    source: "cdk-nag, CloudFrontDistributionGeoRestrictions",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs }) =>
      wrongAt(inputs, "restrictions.geoRestriction.restrictionType", isOneOf("blacklist", "whitelist")),
    broken: { "without a restriction": { restrictions: { geoRestriction: { restrictionType: "none" } } } },
    example,
  },
  {
    id: "AwsSolutions-CFR2",
    title: "The distribution has a web ACL",
    source: "cdk-nag, CloudFrontDistributionWAFIntegration",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs }) => wrongAt(inputs, "webAclId", isSet),
    broken: { "without one": { webAclId: undefined } },
    example,
  },
  {
    id: "AwsSolutions-CFR3",
    title: "The distribution has access logs",
    source: "cdk-nag, CloudFrontDistributionAccessLogging",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs }) => wrongAt(inputs, "loggingConfig.bucket", isSet),
    broken: { "without them": { loggingConfig: undefined } },
  },
  {
    id: "AwsSolutions-CFR4",
    title: "The distribution takes no outdated protocol of its visitors",
    source: "cdk-nag, CloudFrontDistributionHttpsViewerNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs: { viewerCertificate } }) =>
      unless(
        valueAt(viewerCertificate, "cloudfrontDefaultCertificate") !== true &&
          isOneOf("sni-only", "static-ip")(valueAt(viewerCertificate, "sslSupportMethod")) &&
          isSet(valueAt(viewerCertificate, "minimumProtocolVersion")) &&
          !isOneOf(...OUTDATED)(valueAt(viewerCertificate, "minimumProtocolVersion")),
        "takes TLS 1.0",
      ),
    broken: {
      "with CloudFront's own certificate": { viewerCertificate: { cloudfrontDefaultCertificate: true } },
      "that takes TLS 1.0": {
        viewerCertificate: { acmCertificateArn: "arn", minimumProtocolVersion: "TLSv1", sslSupportMethod: "sni-only" },
      },
    },
    example,
  },
  {
    id: "AwsSolutions-CFR5",
    title: "The distribution speaks no outdated protocol to its origins",
    source: "cdk-nag, CloudFrontDistributionNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs }) =>
      originsOf(inputs)
        .filter(
          ({ customOriginConfig: custom }) =>
            custom &&
            (custom.originProtocolPolicy !== "https-only" ||
              custom.originSslProtocols?.some((protocol) => OUTDATED.includes(protocol))),
        )
        .map(({ originId }) => `speaks TLS 1.0 to ${originId}`),
    broken: {
      "that does": {
        origins: [
          {
            originId: "server",
            customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1"] },
          },
        ],
      },
    },
  },
  {
    id: "AwsSolutions-CFR7",
    title: "The distribution reads its buckets by origin access control",
    source: "cdk-nag, CloudFrontDistributionS3OriginAccessControl",
    appliesTo: [DISTRIBUTION],
    finds: ({ inputs }) =>
      originsOf(inputs)
        .filter(({ customOriginConfig, originAccessControlId }) => !customOriginConfig && !isSet(originAccessControlId))
        .map(({ originId }) => `reads ${originId} without`),
    broken: { "that reads one without": { origins: [{ originId: "bucket" }] } },
  },
];
