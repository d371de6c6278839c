import { findingsAt, findingUnless, isOneOf, isSet, type Rule, resource, valueAt } from "./rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

/** CloudFront's protocols that cdk-nag considers outdated. */
const OUTDATED_PROTOCOLS = ["SSLv3", "TLSv1", "TLSv1_2016"];

interface Origin {
  originId: string;
  originAccessControlId?: string;
  customOriginConfig?: { originProtocolPolicy?: string; originSslProtocols?: string[] };
}

const originsOf = (inputs: Record<string, unknown>) => (inputs.origins ?? []) as Origin[];

/** A distribution that complies with the rules that the program's does not. */
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
    ids: ["AwsSolutions-CFR1"],
    title: "The distribution has geo restrictions",
    source: "cdk-nag, CloudFrontDistributionGeoRestrictions",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      findingsAt(inputs, "restrictions.geoRestriction.restrictionType", isOneOf("blacklist", "whitelist")),
    mutations: { "without a restriction": { restrictions: { geoRestriction: { restrictionType: "none" } } } },
    example,
  },
  {
    ids: ["AwsSolutions-CFR2"],
    title: "The distribution has a web ACL",
    source: "cdk-nag, CloudFrontDistributionWAFIntegration",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) => findingsAt(inputs, "webAclId", isSet),
    mutations: { "without a web ACL": { webAclId: undefined } },
    example,
  },
  {
    ids: ["AwsSolutions-CFR3"],
    title: "The distribution has access logs",
    source: "cdk-nag, CloudFrontDistributionAccessLogging",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) => findingsAt(inputs, "loggingConfig.bucket", isSet),
    mutations: { "without access logs": { loggingConfig: undefined } },
  },
  {
    ids: ["AwsSolutions-CFR4"],
    title: "The distribution accepts no outdated protocol from viewers",
    source: "cdk-nag, CloudFrontDistributionHttpsViewerNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs: { viewerCertificate } }) =>
      findingUnless(
        valueAt(viewerCertificate, "cloudfrontDefaultCertificate") !== true &&
          isOneOf("sni-only", "static-ip")(valueAt(viewerCertificate, "sslSupportMethod")) &&
          isSet(valueAt(viewerCertificate, "minimumProtocolVersion")) &&
          !isOneOf(...OUTDATED_PROTOCOLS)(valueAt(viewerCertificate, "minimumProtocolVersion")),
        "accepts TLS 1.0",
      ),
    mutations: {
      "with CloudFront's own certificate": { viewerCertificate: { cloudfrontDefaultCertificate: true } },
      "that accepts TLS 1.0": {
        viewerCertificate: { acmCertificateArn: "arn", minimumProtocolVersion: "TLSv1", sslSupportMethod: "sni-only" },
      },
    },
    example,
  },
  {
    ids: ["AwsSolutions-CFR5"],
    title: "The distribution uses no outdated protocol with its origins",
    source: "cdk-nag, CloudFrontDistributionNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      originsOf(inputs)
        .filter(
          ({ customOriginConfig: custom }) =>
            custom &&
            (custom.originProtocolPolicy !== "https-only" ||
              custom.originSslProtocols?.some((protocol) => OUTDATED_PROTOCOLS.includes(protocol))),
        )
        .map(({ originId }) => `uses an outdated protocol with ${originId}`),
    mutations: {
      "with a custom origin that allows TLS 1.0": {
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
    ids: ["AwsSolutions-CFR7"],
    title: "The distribution reads its buckets with origin access control",
    source: "cdk-nag, CloudFrontDistributionS3OriginAccessControl",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      originsOf(inputs)
        .filter(({ customOriginConfig, originAccessControlId }) => !customOriginConfig && !isSet(originAccessControlId))
        .map(({ originId }) => `reads ${originId} without origin access control`),
    mutations: { "that reads a bucket without": { origins: [{ originId: "bucket" }] } },
  },
];
